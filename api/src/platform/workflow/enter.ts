import type { Calendar } from '../calendar/calendar.ts';
import { insertAll } from '../db/bulk.ts';
import type { Unit } from '../db/unit-of-work.ts';
import type { CaseBefore, EngineCore } from './core.ts';
import { dueAtOf, planReminders } from './deadlines.ts';
import type { WorkflowDefinition, WorkflowState } from './definition.ts';
import type { CaseChange, WorkflowCase } from './engine-types.ts';
import type { MachineCase } from './machine.ts';
import { notifyOfState } from './notify.ts';
import {
  type Assigned,
  type Assignment,
  assignAndList,
  type Place,
  resolveAll,
} from './recipients.ts';
import { readCase } from './repository.ts';

/** Results of entering a state. */
export interface Entered {
  assignment: Assignment;
  /** The recipients of the state's list. */
  listed: string[];
  dueAt: Date | null;
  reminders: { position: number; at: Date }[];
}

/**
 * Assignees, time limit and reminders of a state that a case enters.
 *
 * @param at with the assignees of the previous state.
 * @param limit.dueAt set by a person; undefined for the definition's.
 */
export async function enter(
  core: EngineCore,
  unit: Unit,
  into: { definition: WorkflowDefinition; state: WorkflowState; at: MachineCase; place: Place },
  limit: { enteredAt: Date; dueAt: Date | null | undefined },
): Promise<Entered> {
  const { definition, state, at, place } = into;
  const calendar = await core.calendarOf(unit.tx);
  if (at.closed) {
    const listed = await resolveAll(unit.tx, state.notify, { ...at, assignees: [] }, place);
    const assignment = { assignees: [], rule: null };
    return { assignment, listed, dueAt: null, reminders: [] };
  }
  return entering(state, await assignAndList(unit.tx, definition, at, place), limit, calendar);
}

/** The same with assignees already queried. */
export function entering(
  state: WorkflowState,
  { assignment, listed }: Assigned,
  limit: { enteredAt: Date; dueAt: Date | null | undefined },
  calendar: Calendar,
): Entered {
  const { enteredAt } = limit;
  const dueAt = limit.dueAt === undefined ? dueAtOf(state, enteredAt, calendar) : limit.dueAt;
  const reminders = planReminders(state, enteredAt, dueAt);
  return { assignment, listed, dueAt, reminders };
}

/** Writes the reminders, notifies people and the module, and returns the current case. */
export async function settle(
  core: EngineCore,
  unit: Unit,
  moved: {
    id: string;
    version: number;
    state: WorkflowState;
    entered: Entered;
    before: CaseBefore;
  },
  change: CaseChange,
): Promise<WorkflowCase> {
  const { id, state, entered } = moved;
  await insertAll(unit.tx, [{ table: 'workflow_reminder', rows: reminderRows(unit, moved) }]);
  const found = await readCase(unit.tx, id);
  await announce(core, unit, found, { state, entered, before: moved.before }, change);
  return found;
}

/** Reminders of the entered state. */
export function reminderRows(
  unit: Unit,
  { id, version, entered }: { id: string; version: number; entered: Entered },
): Record<string, unknown>[] {
  const key = { tenant_id: unit.caller.tenant, case_id: id, case_version: version };
  return entered.reminders.map((one) => ({ ...key, ...one }));
}

/** Notifies people and the module of an entered state. */
export async function announce(
  core: EngineCore,
  unit: Unit,
  found: WorkflowCase,
  {
    state,
    entered,
    first,
    before,
  }: { state: WorkflowState; entered: Entered; first?: boolean; before?: CaseBefore | undefined },
  change: CaseChange,
): Promise<void> {
  const about = { listed: entered.listed, first: first ?? false, from: before?.state ?? null };
  await notifyOfState(unit, core, found, state, about);
  await core.notifyListeners(unit, found, change, before);
}

/** Missing values of the new location are unchanged. */
export function placeOf(
  { site, department }: { site?: string | null; department?: string | null },
  before: Place = { site: null, department: null },
): Place {
  return {
    site: site === undefined ? before.site : site,
    department: department === undefined ? before.department : department,
  };
}
