import type { Calendar } from '../calendar/calendar.ts';
import type { Unit } from '../unit-of-work.ts';
import type { EngineCore } from './core.ts';
import { dueAtOf, planReminders } from './deadlines.ts';
import type { WorkflowDefinition, WorkflowState } from './definition.ts';
import type { CaseChange, WorkflowCase } from './engine-types.ts';
import type { MachineCase } from './machine.ts';
import { type Assignment, assign, type Place } from './recipients.ts';
import { readCase } from './repository.ts';
import { tellOfState } from './telling.ts';

/** What entering a state brings with it. */
export interface Entered {
  calendar: Calendar;
  assignment: Assignment;
  dueAt: Date | null;
  reminders: { position: number; at: Date }[];
}

/**
 * Whose turn it is in a state that a case enters, until when, and what it is reminded of.
 *
 * @param at with those who had the turn before as assignees.
 * @param limit.dueAt what a person set; undefined for the definition's.
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
    return { calendar, assignment: { assignees: [], rule: null }, dueAt: null, reminders: [] };
  }
  const { enteredAt } = limit;
  const dueAt = limit.dueAt === undefined ? dueAtOf(state, enteredAt, calendar) : limit.dueAt;
  const assignment = await assign(unit.tx, definition, at, place);
  return { calendar, assignment, dueAt, reminders: planReminders(state, enteredAt, dueAt) };
}

/** Writes the reminders, tells people and the module, and returns the case as it now is. */
export async function settle(
  core: EngineCore,
  unit: Unit,
  moved: { id: string; version: number; state: WorkflowState; entered: Entered },
  change: CaseChange,
): Promise<WorkflowCase> {
  const { id, version, state, entered } = moved;
  if (entered.reminders.length > 0) {
    const key = { tenantId: unit.caller.tenant, caseId: id, caseVersion: version };
    await unit.tx.workflowReminder.createMany({
      data: entered.reminders.map((one) => ({ ...key, ...one })),
    });
  }
  const found = await readCase(unit.tx, id);
  await tellOfState(unit, core.parts.notices, found, state, entered.calendar.zone);
  await core.tell(unit, found, change);
  return found;
}

/** What the new belonging does not say stays as it was. */
export function placeOf(
  { site, department }: { site?: string | null; department?: string | null },
  before: Place = { site: null, department: null },
): Place {
  return {
    site: site === undefined ? before.site : site,
    department: department === undefined ? before.department : department,
  };
}
