import type { MachineState } from '@anshi/contracts';

/** Machines repeat their state every few seconds. What a machine did between two reports further apart is not known, ms. */
export const MOST_BETWEEN_MS = 3_600_000;
/** Reports of one machine that wait for the database. */
const MOST_WAITING = 1_000;

/**
 * Adds a report to those of one machine that are not stored yet. Of reports of one state that follow each other in time, those
 * between the first and the last are left out where their neighbours are near enough: no gap becomes longer than {@link
 * MOST_BETWEEN_MS}, so that what is known of the machine is the same. Of too many the newest are kept.
 *
 * @param waiting in the order in which they came.
 */
export function addWaiting(waiting: readonly MachineState[], state: MachineState): MachineState[] {
  const [before, last] = waiting.slice(-2);
  const isBetween = before && last && saysTheSame([before, last, state]);
  const kept = isBetween ? waiting.slice(0, -1) : waiting;
  return [...kept, state].slice(-MOST_WAITING);
}

/** One state, by times that ascend and span no unknown time. */
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
