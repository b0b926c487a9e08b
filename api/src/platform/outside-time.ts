import { type OutsideKind, type OutsideTime, readOutsideTime } from '@anshi/contracts';
import type { Metrics } from './metrics.ts';

/**
 * Reads a time that came from outside (see `readOutsideTime` of the contracts) and counts the ones
 * that are not simply taken.
 *
 * @param at RFC 3339, or ms since the epoch.
 * @param now our own clock when the message was received, ms since the epoch.
 */
export function takeTime(
  metrics: Pick<Metrics, 'outsideTimes'>,
  kind: OutsideKind,
  at: string | number,
  now: number = Date.now(),
): OutsideTime {
  const time = readOutsideTime(kind, at, now);
  const result =
    time.result !== 'taken'
      ? `${time.result}-${time.why}`
      : time.clamped
        ? 'clamped'
        : time.late
          ? 'late'
          : null;
  if (result !== null) metrics.outsideTimes.inc({ kind, result });
  return time;
}
