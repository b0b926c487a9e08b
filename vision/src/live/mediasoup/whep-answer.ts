import { randomBytes } from 'node:crypto';
import type { types } from 'mediasoup';
import type { H264Choice } from '../h264-offer.ts';
import { H264_FEEDBACK } from './h264-router.ts';

/** What the browser says of its side of DTLS. */
export interface OfferedDtls {
  /** For mediasoup: the browser's certificate, and which side begins. */
  readonly remote: types.DtlsParameters;
  /** For the answer. */
  readonly setup: 'active' | 'passive';
}

/**
 * Reads the fingerprint and the role of an offer (RFC 8122, RFC 5763). Firefox names the fingerprint
 * for the whole session, others in the media section.
 *
 * @returns null where the offer has no fingerprint.
 */
export function offeredDtls(offer: string): OfferedDtls | null {
  const found = /^a=fingerprint:(\S+) ([0-9A-Fa-f:]+)\s*$/m.exec(offer);
  if (!found) return null;
  const [, algorithm, value] = found as unknown as [string, string, string];
  const isServer = /^a=setup:passive\s*$/m.test(offer);
  const fingerprints = [
    {
      algorithm: algorithm.toLowerCase() as types.FingerprintAlgorithm,
      value: value.toUpperCase(),
    },
  ];
  return {
    remote: { role: isServer ? 'server' : 'client', fingerprints },
    setup: isServer ? 'active' : 'passive',
  };
}

/** What an answer is made of. */
export interface AnswerParts {
  readonly offer: string;
  readonly choice: H264Choice;
  readonly setup: OfferedDtls['setup'];
  readonly ice: Pick<types.IceParameters, 'usernameFragment' | 'password'>;
  readonly candidates: readonly types.IceCandidate[];
  readonly fingerprint: types.DtlsFingerprint;
  readonly ssrc: number;
  /** Names the stream. */
  readonly camera: string;
}

/**
 * The SDP answer (RFC 8829) for one viewer: one video section that sends H.264 with the payload type
 * of the offer; every other section is refused. mediasoup is ICE-lite, so that the addresses of the
 * browser are not needed: its own checks reveal them.
 */
export function whepAnswer(parts: AnswerParts): string {
  const { offer, choice, setup, ice, candidates, fingerprint, ssrc, camera } = parts;
  const name = `${camera}-${randomBytes(3).toString('hex')}`;
  const video = [
    `m=video 9 UDP/TLS/RTP/SAVPF ${choice.payloadType}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=mid:${choice.mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=ice-ufrag:${ice.usernameFragment}`,
    `a=ice-pwd:${ice.password}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=setup:${setup}`,
    `a=rtpmap:${choice.payloadType} H264/90000`,
    `a=fmtp:${choice.payloadType} ${choice.parameters}`,
    ...H264_FEEDBACK.map((words) => `a=rtcp-fb:${choice.payloadType} ${words}`),
    `a=msid:${camera} ${name}`,
    `a=ssrc:${ssrc} cname:${name}`,
    ...candidates.map(candidateLine),
    'a=end-of-candidates',
  ];
  const session = [
    'v=0',
    `o=- ${Date.now()} 1 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${choice.mid}`,
    'a=ice-lite',
    'a=msid-semantic: WMS *',
  ];
  const sections = offer.split(/\r?\n(?=m=)/).slice(1);
  const answered = sections.map((section) =>
    midOf(section) === choice.mid ? video : refused(section),
  );
  return `${[...session, ...answered.flat()].join('\r\n')}\r\n`;
}

const midOf = (section: string) => /^a=mid:(\S+)/m.exec(section)?.[1];

function candidateLine({
  foundation,
  priority,
  protocol,
  address,
  port,
  type,
  tcpType,
}: types.IceCandidate) {
  const tcp = tcpType ? ` tcptype ${tcpType}` : '';
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcp}`;
}

/** A section of an answer that takes no part (RFC 3264, section 6). */
function refused(section: string): string[] {
  const [, kind = 'video', , protocol = 'UDP/TLS/RTP/SAVPF', format = '0'] =
    /^m=(\S+) (\S+) (\S+) (\S+)/.exec(section) ?? [];
  const mid = midOf(section);
  return [
    `m=${kind} 0 ${protocol} ${format}`,
    'c=IN IP4 0.0.0.0',
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ];
}
