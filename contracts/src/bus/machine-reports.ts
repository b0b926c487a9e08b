import type { MachineActivity, MachineState } from './machine-state.ts';

/**
 * A state that was not repeated for longer than this is stale, ms. Each source of a machine's state
 * repeats it every few seconds.
 */
export const MACHINE_STALE_MS = 30_000;

/** From this number of sources of one machine on, none of them is trusted. */
export const MOST_MACHINE_SOURCES = 8;

/** A state that was reported, and when it was received, ms since the epoch. */
export interface MachineReport {
  readonly state: MachineState;
  readonly receivedAt: number;
}

/** What is known of a machine at a moment. */
export interface MachineKnown {
  /** `unknown` where no report is valid, or where the valid ones contradict each other. */
  readonly state: MachineActivity | 'unknown';
  /** The time of the report that was received last; null where there is none. */
  readonly at: string | null;
  /** The reports that contradict each other, in the order of receipt; empty where none do. */
  readonly contradiction: readonly MachineReport[];
}

const sourceOf = ({ state }: MachineReport) => state.source ?? '';
const timeOf = ({ state }: MachineReport) => Date.parse(state.at);

/** By its own clock or by the receiver's; one of the future is as invalid as an old one. */
function isStale(report: MachineReport, at: number): boolean {
  const since = Math.min(report.receivedAt, timeOf(report));
  return !(Math.abs(at - since) <= MACHINE_STALE_MS);
}

/**
 * Adds a report to the valid ones of a machine. The newest received report of a source replaces those
 * of the source that are dated before it. One that is dated after it and has another state is kept:
 * which of the two is true is not known, so they contradict each other until a newer report comes or
 * the older one is stale.
 *
 * @param reports in the order of receipt.
 * @param report its time was read by `readOutsideTime`.
 */
export function addMachineReport(
  reports: readonly MachineReport[],
  report: MachineReport,
): MachineReport[] {
  let added = report;
  const kept = reports.filter((one) => {
    if (isStale(one, report.receivedAt)) return false;
    if (sourceOf(one) !== sourceOf(report)) return true;
    if (timeOf(one) <= timeOf(report)) return false;
    if (one.state.state !== report.state.state) return true;
    // The same state out of order: it was reported for the later time as well.
    added = { ...report, state: { ...report.state, at: one.state.at } };
    return false;
  });
  const sources = new Set(kept.map(sourceOf));
  // None of them is trusted any more: a further one changes nothing and takes no memory.
  if (sources.size >= MOST_MACHINE_SOURCES && !sources.has(sourceOf(report))) return kept;
  return [...kept, added];
}

/**
 * The state of a machine at a moment, from its reports.
 *
 * @param reports in the order of receipt.
 * @param at ms since the epoch.
 */
export function machineKnown(reports: readonly MachineReport[], at: number): MachineKnown {
  const last = reports.at(-1);
  if (!last) return { state: 'unknown', at: null, contradiction: [] };
  const valid = reports.filter((report) => !isStale(report, at));
  const newest = valid.at(-1);
  if (!newest) return { state: 'unknown', at: last.state.at, contradiction: [] };
  const agree =
    new Set(valid.map(({ state }) => state.state)).size === 1 &&
    new Set(valid.map(sourceOf)).size < MOST_MACHINE_SOURCES;
  return agree
    ? { state: newest.state.state, at: newest.state.at, contradiction: [] }
    : { state: 'unknown', at: newest.state.at, contradiction: valid };
}
