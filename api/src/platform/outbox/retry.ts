const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after each failed try: eleven tries within about a day. */
const WAITS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  7 * HOUR,
  10 * HOUR,
];

/**
 * When to try again.
 *
 * @param attempts how many tries failed, 1 after the first.
 * @param random from 0 to 1; spreads the tries by a tenth to either side, so that what failed
 * together does not come back together.
 * @returns milliseconds, or null where it is given up.
 */
export function waitAfter(attempts: number, random: number = Math.random()): number | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : Math.round(wait * (0.9 + 0.2 * random));
}
