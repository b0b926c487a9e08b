import type { ReaderTime } from './reports.ts';

/** Two clocks that are kept by NTP differ by less, ms. */
const SAME_MS = 2_000;

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
 * connection begins, and by the first read that would lie in the future otherwise. It is measured against a clock that never
 * steps, so that a step of our own clock does not move the reads.
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
  const millis = ({ micros }: ReaderTime): number => Number(micros / 1000n);

  function measure({ clock }: ReaderTime, ms: number): void {
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
      return Math.min(now(), ours());
    },
  };
}
