import type { ReaderTime } from './reports.ts';

/** Two clocks that are kept by NTP differ by less, ms. */
const SAME_MS = 2_000;

/** Window for the freshest read, ms, which counts as sent at once: a connected reader buffers no read for longer. */
const WINDOW_MS = 60_000;
/** Fewest reads of a window by which a clock is corrected: one that was late alone says nothing. */
const LEAST_READS = 3;
/** Largest plausible drift of a clock, ten times that of a quartz; reads further behind were buffered. */
const MOST_DRIFT = 0.001;

/** Turns times of a reader into ours. */
export interface ReaderClock {
  /** An event came, which a reader sends at once. */
  heard(time: ReaderTime): void;
  /** The time of a read by our clock, ms since the epoch; never after now. */
  timeOf(time: ReaderTime | null): number;
}

/**
 * The clock of a reader against ours. Many readers have no battery and no NTP: they begin in 1970, or know only the time since
 * their start. A clock that agrees with ours is taken as it is. What another one is off is measured by the event with which a
 * connection begins, and by the first read that would lie in the future otherwise. A clock that runs slow leaves all reads in
 * the past: once a minute its shift is corrected by the freshest read, where that is behind by no more than a plausible drift
 * since the last measurement. Shifts are measured against a clock that never steps, so that a step of our own clock does not
 * move the reads.
 *
 * @param onOffset gets what the UTC clock of the reader is off, ms, where that changes; null where it agrees with ours.
 * @param now our clock, ms since the epoch.
 * @param steady a clock that never steps, ms.
 */
export function createReaderClock(
  onOffset: (ms: number | null) => void = () => {},
  now: () => number = Date.now,
  steady: () => number = () => performance.now(),
): ReaderClock {
  /** From the clock of the reader to the steady one, ms; null where its times are taken as they are. */
  const shift: Record<ReaderTime['clock'], number | null> = { utc: null, uptime: null };
  /** When each was measured, by the steady clock, ms. */
  const measuredAt: Record<ReaderTime['clock'], number> = { utc: steady(), uptime: steady() };
  /** Smallest shift in the current window: that of the freshest read. */
  const window: Record<
    ReaderTime['clock'],
    { since: number; least: number; reads: number } | null
  > = {
    utc: null,
    uptime: null,
  };
  const millis = ({ micros }: ReaderTime): number => Number(micros / 1000n);

  /** Corrects a slow clock, once per window. */
  function follow(clock: ReaderTime['clock'], ms: number): void {
    const at = steady();
    const own = at - ms;
    const before = window[clock];
    if (before && at - before.since < WINDOW_MS) {
      before.least = Math.min(before.least, own);
      before.reads++;
      return;
    }
    window[clock] = { since: at, least: own, reads: 1 };
    // A window of long ago is no measure of now.
    if (!before || before.reads < LEAST_READS || at - before.since > 2 * WINDOW_MS) return;
    const behind = before.least - (shift[clock] ?? at - now());
    const most = SAME_MS + MOST_DRIFT * (at - measuredAt[clock]);
    if (behind <= SAME_MS || behind > most) return;
    shift[clock] = before.least;
    measuredAt[clock] = at;
    if (clock === 'utc') onOffset(at - before.least - now());
  }

  function measure({ clock }: ReaderTime, ms: number): void {
    measuredAt[clock] = steady();
    window[clock] = null;
    const before = shift[clock];
    const agrees = clock === 'utc' && Math.abs(now() - ms) <= SAME_MS;
    const after = agrees ? null : steady() - ms;
    shift[clock] = after;
    const isSame =
      before === null || after === null ? before === after : Math.abs(after - before) <= SAME_MS;
    if (clock === 'utc' && !isSame) onOffset(agrees ? null : ms - now());
  }
  return {
    heard: (time) => measure(time, millis(time)),
    timeOf(time) {
      if (time === null) return now();
      const ms = millis(time);
      const ours = () => {
        const by = shift[time.clock];
        return by === null ? ms : ms + by + now() - steady();
      };
      const agreesAgain = shift.utc !== null && Math.abs(now() - ms) <= SAME_MS;
      const isUnknown = time.clock === 'uptime' && shift.uptime === null;
      const isAhead = ours() > now() + SAME_MS;
      if (isUnknown || isAhead || (time.clock === 'utc' && agreesAgain)) measure(time, ms);
      else follow(time.clock, ms);
      return Math.min(now(), ours());
    },
  };
}
