/** Largest delay after which an entry still counts as prompt. */
export const PROMPT_MS = 15 * 60_000;
/** Tolerance for a phone's clock that is ahead. */
const CLOCK_SKEW_MS = 2 * 60_000;

/** Both times of an entry, and their comparison. */
export interface EntryTimes {
  /** When it happened, by the person or the device. Never after `recordedAt`. */
  happenedAt: Date;
  /** When the server received it; cannot be forged. */
  recordedAt: Date;
  /** Entered long after it happened: work outside of the system, or a phone that was offline. */
  late: boolean;
  /** The difference in milliseconds; 0 where the device's clock is ahead. */
  delayMs: number;
  /** The device's time was in the future and was replaced by the server's. */
  clockAhead: boolean;
}

/**
 * Compares the claimed time of an entry with the server's, so that work done outside of the system
 * and entered later is visible (避免线下操作、线上补录). A record keeps both times.
 *
 * @param happenedAt the claimed time.
 * @param recordedAt the server's clock.
 * @param promptMs the largest delay of a prompt entry.
 * @throws RangeError where a time is invalid.
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
