import type { Box, Point } from '@anshi/contracts';
import type { Sighting } from './evidence.ts';
import { footPoint } from './polygon.ts';
import type { PaceMemory } from './state.ts';

/** Parameters of the running rule; also in models/operation/running.yaml. */
export const PACE = {
  /**
   * Default limit, metres per second: above any walk (2.5 m/s is the fastest walk of men in their
   * twenties, Bohannon 1997), and about a slow run.
   */
  speed: 3,
  /** Time window of the line fit that gives the speed, ms. */
  windowMs: 1_000,
  /** A shorter window gives no speed, ms. */
  shortestMs: 600,
  leastPlaces: 4,
  /** Faster than the fastest sprint: the track changed person, m/s. */
  impossible: 12,
  /** Assumed stature where the camera is not calibrated, metres. */
  stature: 1.7,
  /** Standard deviation of a foot point where the camera is not calibrated, share of the height. */
  footNoise: 0.04,
} as const;

export function emptyPace(): PaceMemory {
  return { trail: [] };
}

/**
 * Tracks the position of one person and decides whether they run. The speed has to be above the
 * limit by more than its standard error, or below by more, else it is unknown.
 *
 * Without a calibration the box's height is taken for {@link PACE.stature} metres: motion along the
 * line of sight is then not measured, and the speed of a crouching person is overestimated.
 *
 * @param memory modified.
 * @param speed limit, metres per second.
 * @param at ms.
 */
export function judgePace(
  memory: PaceMemory,
  person: { box: Box; floor: Point | null; floorDeviation: number | null },
  speed: number,
): Sighting {
  const found = paceOf(memory, person.floor !== null);
  if (!found || found.speed > PACE.impossible) return 'unknown';
  if (found.speed - found.error >= speed) return 'holds';
  return found.speed + found.error < speed ? 'gone' : 'unknown';
}

/** Adds a position to the trail. */
export function step(
  memory: PaceMemory,
  person: { box: Box; floor: Point | null; floorDeviation: number | null },
  at: number,
): void {
  const { box, floor, floorDeviation } = person;
  const [x, y] = floor ?? footPoint(box);
  // Pixels without a floor calibration, with the height of the box.
  const scale = floor ? 1 : Math.max(1, box[3] - box[1]);
  const deviation = floor ? (floorDeviation ?? 0) : PACE.footNoise * scale;
  memory.trail = memory.trail.filter((place) => at - place.at <= PACE.windowMs);
  memory.trail.push({ at, x, y, deviation, scale, metres: floor !== null });
}

/** Metres per second and standard error, by least squares. */
export function paceOf(
  { trail }: PaceMemory,
  metres: boolean,
): { speed: number; error: number } | undefined {
  const places = trail.filter((place) => place.metres === metres);
  const first = places[0];
  const last = places.at(-1);
  if (!first || !last || places.length < PACE.leastPlaces) return undefined;
  if (last.at - first.at < PACE.shortestMs) return undefined;
  const mean = (of: (place: (typeof places)[number]) => number) =>
    places.reduce((sum, place) => sum + of(place), 0) / places.length;
  const middle = mean(({ at }) => at / 1000);
  const spread = places.reduce((sum, { at }) => sum + (at / 1000 - middle) ** 2, 0);
  const slope = (of: (place: (typeof places)[number]) => number) =>
    places.reduce((sum, place) => sum + (place.at / 1000 - middle) * of(place), 0) / spread;
  const perUnit = metres ? 1 : PACE.stature / mean(({ scale }) => scale);
  const speed = Math.hypot(
    slope(({ x }) => x),
    slope(({ y }) => y),
  );
  const error = mean(({ deviation }) => deviation) / Math.sqrt(spread);
  return { speed: speed * perUnit, error: error * perUnit };
}
