import type { MachineState } from '@anshi/contracts';

/** Longest gap between two reports in which the state counts as known, ms. Machines repeat their state every few seconds. */
export const MOST_BETWEEN_MS = 3_600_000;
/** Most reports of one machine that are buffered while the database is down. */
const MOST_WAITING = 1_000;

/**
 * Adds a report to the buffer of one machine. A report between two others of the same state is dropped if the remaining gap is
 * at most {@link MOST_BETWEEN_MS}: the stretches stay the same. If the buffer is full, the oldest report is dropped.
 *
 * @param waiting in order of arrival.
 */
export function addWaiting(waiting: readonly MachineState[], state: MachineState): MachineState[] {
  const [before, last] = waiting.slice(-2);
  const isBetween = before && last && saysTheSame([before, last, state]);
  const kept = isBetween ? waiting.slice(0, -1) : waiting;
  return [...kept, state].slice(-MOST_WAITING);
}

/** Whether three reports have the same state, ascending times, and no gap of unknown state. */
function saysTheSame(reports: readonly [MachineState, MachineState, MachineState]): boolean {
  const [first, middle, last] = reports.map(({ at }) => Date.parse(at)) as [number, number, number];
  const [{ state }] = reports;
  return (
    reports.every((one) => one.state === state) &&
    first <= middle &&
    middle <= last &&
    last - first <= MOST_BETWEEN_MS
  );
}
