import { nalType } from '../media/nal.ts';
import type { StreamFormat } from '../media/types.ts';

/** A-law has a static payload type (RFC 3551 table 4); video uses the first dynamic one. */
export const payloadTypeOf = (format: StreamFormat): number => (format.codec === 'PCMA' ? 8 : 96);

/** The name of the one track behind the mount's address. */
export const TRACK = 'trackID=0';

/** Describes a mount to a client (RFC 4566, RFC 2326 C). */
export function describe(name: string, format: StreamFormat, framesPerSecond: number): string {
  const type = payloadTypeOf(format);
  const media = format.codec === 'PCMA' ? 'audio' : 'video';
  const lines = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    `s=${name}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=${media} 0 RTP/AVP ${type}`,
    `a=rtpmap:${type} ${format.codec}/${format.clockRate}`,
  ];
  if (format.codec !== 'PCMA') lines.push(`a=fmtp:${type} ${parameters(format)}`);
  if (framesPerSecond > 0) lines.push(`a=framerate:${Number(framesPerSecond.toFixed(3))}`);
  lines.push(`a=control:${TRACK}`);
  return `${lines.join('\r\n')}\r\n`;
}

/** Media type parameters of RFC 6184 8.1 and RFC 7798 7.1. */
function parameters({ codec, parameterSets }: StreamFormat): string {
  const base64 = (sets: Buffer[]) => sets.map((set) => set.toString('base64')).join(',');
  if (codec === 'H265') {
    const named = (name: string, type: number) =>
      `sprop-${name}=${base64(parameterSets.filter((set) => nalType('H265', set) === type))}`;
    return [named('vps', 32), named('sps', 33), named('pps', 34)].join('; ');
  }
  const sps = parameterSets.find((set) => nalType('H264', set) === 7);
  const profile = sps?.subarray(1, 4).toString('hex').toUpperCase() ?? '';
  return [
    'packetization-mode=1',
    `profile-level-id=${profile}`,
    `sprop-parameter-sets=${base64(parameterSets)}`,
  ].join('; ');
}
