import { readOutsideTime } from '@anshi/contracts';

/** A clock that is off by more is flagged, ms. Phones take their time from the network. */
const CLOCK_OFF_MS = 120_000;

/** When a press was, and what is to be known about that. */
export interface PressTime {
  /** Ms since the epoch, never after our own clock. */
  readonly at: number;
  readonly flag: 'clock' | 'waited' | null;
  /** By how much the clock of the phone is ahead, ms. */
  readonly offMs: number;
  readonly waitedMs: number;
}

/**
 * Reads the time of a press. How long it waited is measured by the phone alone, from the press to the sending, so a
 * clock that is off does no harm: its time counts from our own one. What waited on the phone may have been set there, so it is
 * flagged, as is a clock that is off.
 *
 * @param pressed by the clock of the phone, ms since the epoch, as `sent`.
 * @param received by ours.
 * @returns null where it is too old to be counted without a person's decision.
 */
export function pressTime(pressed: number, sent: number, received: number): PressTime | null {
  const offMs = sent - received;
  const waitedMs = Math.max(0, sent - pressed);
  const isOff = Math.abs(offMs) > CLOCK_OFF_MS;
  const read = readOutsideTime('clock-in', isOff ? received - waitedMs : pressed, received);
  if (read.result !== 'taken') return null;
  const flag = isOff || read.clamped ? 'clock' : read.late ? 'waited' : null;
  return { at: read.at, flag, offMs, waitedMs };
}
