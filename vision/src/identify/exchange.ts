import type { Point } from '@anshi/contracts';
import type { Sighting } from './input.ts';

/** The velocity of a person is measured over so long, ms. */
export const MOTION_MS = 800;
/** Spread around where a track is expected: by the detector, and for each second since it was seen; in widths of a person. */
const SPREAD = 0.15;
const SPREAD_PER_SECOND = 1;
/** So much likelier, as a natural logarithm, the order of the tracker has to be than the exchanged one. */
const SURE = 4;
/** Width of a person, metres, where there is no box. */
const BODY_METRES = 0.5;

/** A sighting with its time, ms. */
export interface Moment {
  readonly at: number;
  readonly sighting: Sighting;
}

/** Where a track is expected, by how it moved. */
export interface Expectation {
  /** The middle of the lower edge of the box, pixels; of a track without boxes, metres of the floor. */
  readonly foot: Point;
  /** Width of a person in the same unit. */
  readonly width: number;
  /** Standard deviation along each axis, in widths. */
  readonly spread: number;
}

const footOf = ({ box, floor }: Sighting): Point => (box ? [(box[0] + box[2]) / 2, box[3]] : floor);

/**
 * Where a track is expected at a time, at constant velocity: people turn and stop, so the spread grows with the time since
 * it was seen.
 *
 * @param recent where it was, the oldest first; one moment at least.
 */
export function expectationOf(recent: readonly Moment[], at: number): Expectation {
  const [first, last] = [recent[0] as Moment, recent.at(-1) as Moment];
  const { box } = last.sighting;
  const foot = footOf(last.sighting);
  const width = box ? box[2] - box[0] : BODY_METRES;
  const spread = SPREAD + (SPREAD_PER_SECOND * (at - last.at)) / 1000;
  if (first === last) return { foot, width, spread };
  const share = (at - last.at) / (last.at - first.at);
  const was = footOf(first.sighting);
  const move = (axis: 0 | 1) => foot[axis] + share * (foot[axis] - was[axis]);
  return { foot: [move(0), move(1)], width, spread };
}

/** Negative logarithm of the density of a sighting where a track is expected, but for a constant. */
function surprise(sighting: Sighting, { foot, width, spread }: Expectation): number {
  const [x, y] = footOf(sighting);
  const widths = Math.hypot(x - foot[0], y - foot[1]) / width;
  return widths ** 2 / (2 * spread ** 2) + 2 * Math.log(spread);
}

/**
 * Whether two people may be the other way round than the tracker has them: by where both are expected, the exchange is
 * nearly as likely. One of them may not be seen, or the other may be new.
 *
 * @param expected where the first track is expected.
 * @param person its sighting; undefined while it is not seen.
 * @param ofOther where the track of `other` is expected; undefined for a new one.
 */
export function mayBeExchanged(
  expected: Expectation,
  person: Sighting | undefined,
  ofOther: Expectation | undefined,
  other: Sighting,
): boolean {
  // A new track that takes the place of a person who is not seen has no name to lose.
  if (!person && !ofOther) return false;
  let kept = 0;
  let exchanged = surprise(other, expected);
  if (person) kept += surprise(person, expected);
  if (ofOther) kept += surprise(other, ofOther);
  if (person && ofOther) exchanged += surprise(person, ofOther);
  return exchanged - kept < SURE;
}
