import { LiveRefusal } from './live-engine.ts';

/** The H.264 format of a viewer's offer that the answer uses. */
export interface H264Choice {
  readonly payloadType: number;
  /** The format parameters of the answer. */
  readonly parameters: string;
  /** Identifies the media section. */
  readonly mid: string;
}

/** In order of preference: most widely supported first, by the first bytes of profile-level-id. */
const PROFILES = ['42e0', '4200', '4d00', '640c', '6400'];

/**
 * Selects the H.264 format with packetization-mode 1 (RFC 6184, section 6.3) from the first video
 * section of an SDP offer. The camera's own profile may differ; browsers decode it anyway.
 *
 * @returns null where the viewer offers none.
 */
export function chooseH264(offer: string): H264Choice | null {
  const section = offer.split(/\r?\n(?=m=)/).find((part) => part.startsWith('m=video'));
  const mid = section && /^a=mid:(\S+)/m.exec(section)?.[1];
  if (!section || mid === undefined) return null;
  const types = new Set(
    [...section.matchAll(/^a=rtpmap:(\d+) H264\/90000/gim)].map((found) => found[1]),
  );
  const formats = [...section.matchAll(/^a=fmtp:(\d+) (.*)$/gm)].flatMap(([, type, given]) => {
    const profile = /profile-level-id=([0-9a-f]{6})/i.exec(given!)?.[1]?.toLowerCase();
    if (!types.has(type) || !profile || !/packetization-mode=1/.test(given!)) return [];
    const rank = PROFILES.findIndex((prefix) => profile.startsWith(prefix));
    return [{ type: Number(type), profile, rank: rank === -1 ? PROFILES.length : rank }];
  });
  const best = formats.sort((a, b) => a.rank - b.rank)[0];
  if (!best) return null;
  return {
    payloadType: best.type,
    parameters: `profile-level-id=${best.profile};packetization-mode=1;level-asymmetry-allowed=1`,
    mid,
  };
}

/** {@link chooseH264} for engines. @throws LiveRefusal where the viewer offers none. */
export function requireH264(offer: string): H264Choice {
  const choice = chooseH264(offer);
  if (choice) return choice;
  throw new LiveRefusal(415, 'the viewer offers no H.264 video; use a browser that plays it');
}
