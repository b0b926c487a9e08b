/** How much later than it happened a thing may be entered and still count as entered at once. */
export const PROMPT_MS = 15 * 60_000;
/** How far a clock of a phone may run ahead before its time is not believed. */
const CLOCK_SKEW_MS = 2 * 60_000;

/** Both times of an entry, and what they say of each other. */
export interface EntryTimes {
  /** When it happened, as the person or the device says. Never after `recordedAt`. */
  happenedAt: Date;
  /** When the server took it; nobody can choose this one. */
  recordedAt: Date;
  /** Entered long after it happened: work off the system, or a phone that was offline. */
  late: boolean;
  /** From the one to the other, in milliseconds; 0 where the device's clock runs ahead. */
  delayMs: number;
  /** The device named a time that had not come yet; the server's time stands in its place. */
  clockAhead: boolean;
}

/**
 * Compares the time that an entry claims with the time at which the server took it, so that work
 * that was done off the system and entered afterwards shows (避免线下操作、线上补录). A record keeps
 * both times.
 *
 * @param happenedAt what the entry claims.
 * @param recordedAt the server's clock.
 * @param promptMs the longest delay that still counts as at once.
 * @throws RangeError where one of the two is no time at all.
 */
export function compareTimes(
  happenedAt: Date,
  recordedAt: Date,
  promptMs: number = PROMPT_MS,
): EntryTimes {
  const delay = recordedAt.getTime() - happenedAt.getTime();
  if (Number.isNaN(delay)) throw new RangeError('both times of an entry must be valid');
  return {
    happenedAt: delay < 0 ? recordedAt : happenedAt,
    recordedAt,
    late: delay > promptMs,
    delayMs: Math.max(0, delay),
    clockAhead: delay < -CLOCK_SKEW_MS,
  };
}
