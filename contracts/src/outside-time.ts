/**
 * A time that comes from outside the process may be this far ahead of our own clock, ms: clocks that
 * are kept by NTP differ by less.
 */
export const AHEAD_MS = 5_000;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What becomes of a message whose time is ahead of our clock by more than {@link AHEAD_MS}:
 * `refuse`: it is dropped; `clamp`: it is taken with the time at which it was received; `wait`: it
 * gets no answer, so that its sender sends it again.
 */
export type Ahead = 'refuse' | 'clamp' | 'wait';

/** What is done with the times of one kind of message. */
export interface TimeLimit {
  readonly ahead: Ahead;
  /** Later than this it counts as late, ms; null where the kind knows no late messages. */
  readonly lateMs: number | null;
  /** Older than this it is refused, ms; null where its age does not matter. */
  readonly oldestMs: number | null;
}

/**
 * The one table of limits for times from outside. The reasons are in
 * docs/decisions/0033-time-from-outside.md.
 */
export const timeLimits = {
  // It disarms rules: a state that cannot be true is none. Silence arms them again.
  'machine-state': { ahead: 'refuse', lateMs: 30 * SECOND_MS, oldestMs: DAY_MS },
  // Where people are counts in an evacuation: the position is kept, only the clock is wrong.
  location: { ahead: 'clamp', lateMs: 60 * SECOND_MS, oldestMs: 30 * DAY_MS },
  // A drawing over the live picture: of no use a minute later.
  observation: { ahead: 'refuse', lateMs: null, oldestMs: 60 * SECOND_MS },
  // It is judged by when it was received; the time is only shown.
  'camera-health': { ahead: 'clamp', lateMs: null, oldestMs: null },
  'worker-status': { ahead: 'clamp', lateMs: null, oldestMs: null },
  // Evidence is neither re-dated nor lost: a worker holds it until its time has come, and one that was
  // cut off for months still delivers.
  'violation-event': { ahead: 'wait', lateMs: 15 * 60 * SECOND_MS, oldestMs: 366 * DAY_MS },
  // What became of an alarm is told late by a worker that was cut off, as a violation is.
  'alarm-report': { ahead: 'wait', lateMs: 15 * 60 * SECOND_MS, oldestMs: 366 * DAY_MS },
  'models-loaded': { ahead: 'wait', lateMs: null, oldestMs: 366 * DAY_MS },
  // Read by the device: one whose clock is slow would carry out what is over.
  command: { ahead: 'refuse', lateMs: null, oldestMs: DAY_MS },
  // The same; and a plan or a mute of the future would keep out what comes after it.
  alarm: { ahead: 'refuse', lateMs: null, oldestMs: DAY_MS },
  'alarm-rules': { ahead: 'refuse', lateMs: null, oldestMs: null },
  // It disarms rules: what is of the future is not believed, and what is old is over by its own word.
  arming: { ahead: 'refuse', lateMs: null, oldestMs: null },
  // A phone without a network sends it late; beyond a week a person decides, see attendance.
  'clock-in': { ahead: 'clamp', lateMs: 15 * 60 * SECOND_MS, oldestMs: 7 * DAY_MS },
  // They belong to a command by its id; the time is only shown.
  'command-result': { ahead: 'clamp', lateMs: null, oldestMs: null },
  'actuator-state': { ahead: 'clamp', lateMs: null, oldestMs: null },
} as const satisfies Record<string, TimeLimit>;

export type OutsideKind = keyof typeof timeLimits;

/** Further ahead than this nothing waits any more, ms: no clock is set by more than a day. */
export const LONGEST_WAIT_AHEAD_MS = DAY_MS;

/** What a time from outside is worth. */
export type OutsideTime =
  | {
      readonly result: 'taken';
      /** The time to go by, ms since the epoch; never after our own clock. */
      readonly at: number;
      /** It came later than its kind should. */
      readonly late: boolean;
      /** The sender's clock is ahead by more than {@link AHEAD_MS}: `at` is when it was received. */
      readonly clamped: boolean;
    }
  | { readonly result: 'waits'; readonly why: 'ahead' }
  | { readonly result: 'refused'; readonly why: 'ahead' | 'too-old' | 'no-time' };

/**
 * Compares a time that came from outside with our own clock. Each intake of states, positions,
 * events and health goes through this function.
 *
 * @param at RFC 3339, or ms since the epoch.
 * @param now our own clock when the message was received, ms since the epoch.
 */
export function readOutsideTime(
  kind: OutsideKind,
  at: string | number,
  now: number = Date.now(),
): OutsideTime {
  const limit: TimeLimit = timeLimits[kind];
  const time = typeof at === 'number' ? at : Date.parse(at);
  if (!Number.isFinite(time)) return { result: 'refused', why: 'no-time' };
  const age = now - time;
  if (-age > AHEAD_MS) {
    if (limit.ahead === 'clamp') return { result: 'taken', at: now, late: false, clamped: true };
    const waits = limit.ahead === 'wait' && -age <= LONGEST_WAIT_AHEAD_MS;
    return waits ? { result: 'waits', why: 'ahead' } : { result: 'refused', why: 'ahead' };
  }
  if (limit.oldestMs !== null && age > limit.oldestMs) return { result: 'refused', why: 'too-old' };
  const late = limit.lateMs !== null && age > limit.lateMs;
  return { result: 'taken', at: Math.min(time, now), late, clamped: false };
}
