import { parse, parseParams } from 'sdp-transform';

/** The H.264 of a viewer's offer that is answered with. */
export interface H264Choice {
  readonly payloadType: number;
  /** The format parameters to answer with. */
  readonly parameters: string;
  /** Identifies the media section. */
  readonly mid: string;
}

/** Best first: what browsers decode everywhere, by the first bytes of profile-level-id. */
const PROFILES = ['42e0', '4200', '4d00', '640c', '6400'];

/**
 * Chooses the H.264 format with packetization-mode 1 (RFC 6184, section 6.3) from the first video
 * section of an SDP offer. The camera's own profile may be another; browsers decode it anyway.
 *
 * @returns null where the viewer offers none.
 */
export function chooseH264(offer: string): H264Choice | null {
  const video = parse(offer).media.find(({ type }) => type === 'video');
  if (video?.mid === undefined) return null;
  const isH264 = (payload: number) =>
    video.rtp.some(
      (one) => one.payload === payload && /^h264$/i.test(one.codec) && one.rate === 90_000,
    );
  const formats = video.fmtp.flatMap(({ payload, config }) => {
    const parameters = parseParams(String(config));
    const profile = String(parameters['profile-level-id'] ?? '').toLowerCase();
    if (!isH264(payload) || parameters['packetization-mode'] !== 1) return [];
    if (!/^[0-9a-f]{6}$/.test(profile)) return [];
    const rank = PROFILES.findIndex((prefix) => profile.startsWith(prefix));
    return [{ payload, profile, rank: rank === -1 ? PROFILES.length : rank }];
  });
  const best = formats.sort((a, b) => a.rank - b.rank)[0];
  if (!best) return null;
  return {
    payloadType: best.payload,
    parameters: `profile-level-id=${best.profile};packetization-mode=1;level-asymmetry-allowed=1`,
    // The parser makes a number of "0".
    mid: String(video.mid),
  };
}
