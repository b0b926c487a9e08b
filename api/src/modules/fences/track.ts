import { nowhere, type Presence, type Reading, step, type Watched } from './presence.ts';

/**
 * What is known of a badge at a fence, with older states from which late fixes are put in order again. `base` is 5 to
 * 10 minutes old; what is older than that is too late.
 */
export interface Track {
  base: Presence;
  middle: Presence | null;
  now: Presence;
}

/** How far states to return to are apart, ms. */
export const ROLL_MS = 5 * 60_000;

export const newTrack = (watched: Watched): Track => {
  const start = nowhere(watched.side);
  return { base: start, middle: null, now: start };
};

const timeOf = ({ last }: Presence): number => last?.at ?? Number.NEGATIVE_INFINITY;

/** In the order of time; of two at one instant by their source and place, so that each process has the same order. */
export const inOrder = (a: Reading, b: Reading): number =>
  a.at - b.at ||
  (a.source < b.source ? -1 : a.source > b.source ? 1 : 0) ||
  (a.place?.x ?? 0) - (b.place?.x ?? 0) ||
  (a.place?.y ?? 0) - (b.place?.y ?? 0);

/** Whether readings can be added without those before them. */
export const isOrdered = (track: Track, readings: readonly Reading[]): boolean =>
  readings.every(({ at }) => at > timeOf(track.now));

/** From when on readings are needed to put a late one in order; minus infinity for all. */
export const baseTime = ({ base }: Track): number => timeOf(base);

/** Takes readings that all follow the last one. Pure. */
export function advance(track: Track, readings: readonly Reading[], watched: Watched): Track {
  let { base, middle, now } = track;
  for (const reading of [...readings].sort(inOrder)) {
    now = step(now, reading, watched);
    if (reading.at - timeOf(middle ?? now) >= ROLL_MS || middle === null) {
      base = middle ?? base;
      middle = now;
    }
  }
  return { base, middle, now };
}

/**
 * Takes all readings since the base again, late ones among them. Pure: in whatever order they came, the result is the
 * same.
 *
 * @param readings all that are known after {@link baseTime}; older ones are left out.
 */
export const replay = (track: Track, readings: readonly Reading[], watched: Watched): Track => {
  const since = baseTime(track);
  return advance(
    { base: track.base, middle: null, now: track.base },
    readings.filter(({ at }) => at > since),
    watched,
  );
};
