import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';

/** The share of a company that has set none, %. */
export const USUAL_SHARE = 5;
/** Steps of the draw: finer than any share. */
const STEPS = 1_000_000;

/**
 * Whether a verdict is drawn for a second review. Its random numbers are those of cryptography: the first reviewer cannot
 * work out which verdicts will be looked at.
 *
 * @param share of a hundred verdicts.
 * @param random an integer from 0 to below its argument.
 */
export const isDrawn = (share: number, random: (below: number) => number = randomInt): boolean =>
  random(STEPS) < (share * STEPS) / 100;

/**
 * The id of a second review. Unlike others it has no time in it: the time of the draw is that of the first verdict, which
 * the second reviewer is not to know.
 */
export const blindId = (random: (below: number) => number = randomInt): string =>
  ulid(1, () => random(STEPS) / STEPS);
