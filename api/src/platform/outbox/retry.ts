const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Retry delays: eleven attempts within about a day. */
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
 * Delay of the next attempt.
 *
 * @param attempts number of failed attempts, 1 after the first.
 * @param random from 0 to 1; jitter of a tenth to either side, so that simultaneous failures are
 *   not retried simultaneously.
 * @returns milliseconds, or null after the last attempt.
 */
export function waitAfter(attempts: number, random: number = Math.random()): number | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : Math.round(wait * (0.9 + 0.2 * random));
}
