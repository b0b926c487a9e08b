import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';

/** Default share of verdicts that are drawn, %. */
export const USUAL_SHARE = 5;
/** Resolution of the draw. */
const STEPS = 1_000_000;

/**
 * Whether a verdict is drawn for a second review. Uses a cryptographic random generator, so that the first reviewer cannot
 * predict it.
 *
 * @param share in percent.
 * @param random returns an integer from 0 to below its argument.
 */
export const isDrawn = (share: number, random: (below: number) => number = randomInt): boolean =>
  random(STEPS) < (share * STEPS) / 100;

/**
 * The id of a second review: a ULID with a constant timestamp. The real one would disclose the time of the first verdict to
 * the second reviewer.
 */
export const blindId = (random: (below: number) => number = randomInt): string =>
  ulid(1, () => random(STEPS) / STEPS);
