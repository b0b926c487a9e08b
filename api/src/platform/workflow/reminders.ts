import type { Transaction } from '../database.ts';
import { severityRank } from '../notices/kinds.ts';
import type { Severity } from '../notices/types.ts';
import type { Unit } from '../unit-of-work.ts';
import { OVERDUE } from './deadlines.ts';
import type { Recipients } from './definition.ts';
import type { WorkflowEngine } from './engine.ts';
import { stateOf } from './machine.ts';
import { resolveAll } from './recipients.ts';
import { type CaseRow, showCase } from './repository.ts';
import { tellOfLimit } from './telling.ts';

/** So many cases are locked and told of in one transaction. */
export const BATCH = 50;

/** A reminder whose time has come. */
interface Due {
  position: number;
  at: Date;
}

export interface RemindersDone {
  cases: number;
  /** People told, each once for a case. */
  told: number;
  overdue: number;
}

/**
 * The open cases with something that is due, those that wait longest first, locked for this
 * transaction. What another process has in hand is left to it.
 */
export function lockDue(
  tx: Transaction,
  now: Date,
  limit: number,
  paused: readonly string[] = [],
): Promise<{ id: string }[]> {
  if (paused.length > 0) return lockDueOfOthers(tx, now, limit, paused);
  // The inner query reads only the partial index of what is not done.
  return tx.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM workflow_case c
    WHERE c.closed_at IS NULL AND c.id IN (
      SELECT case_id FROM workflow_reminder
      WHERE done_at IS NULL AND at <= ${now}
      ORDER BY at LIMIT ${limit * 4}
    )
    ORDER BY c.entity, c.entity_id LIMIT ${limit}
    FOR UPDATE SKIP LOCKED`;
}

/** The same, leaving aside the cases of modules that are off, however long they have waited. */
function lockDueOfOthers(
  tx: Transaction,
  now: Date,
  limit: number,
  paused: readonly string[],
): Promise<{ id: string }[]> {
  return tx.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM workflow_case c
    WHERE c.closed_at IS NULL AND c.id IN (
      SELECT r.case_id FROM workflow_reminder r
      JOIN workflow_case w ON w.tenant_id = r.tenant_id AND w.id = r.case_id
      WHERE r.done_at IS NULL AND r.at <= ${now} AND w.entity <> ALL (${[...paused]}::text[])
      ORDER BY r.at LIMIT ${limit * 4}
    )
    ORDER BY c.entity, c.entity_id LIMIT ${limit}
    FOR UPDATE OF c SKIP LOCKED`;
}

/** How many reminders are due now. */
export async function countDue(tx: Transaction, now: Date): Promise<number> {
  return tx.workflowReminder.count({ where: { doneAt: null, at: { lte: now } } });
}

/**
 * Sends what is due of a batch of cases. A row is done once, whoever runs and however often: it is
 * marked in the transaction that writes the notices. What was missed while nothing ran, or while
 * the clock stood wrong, is one notice for each person and case, the one that counts now.
 */
export async function remindBatch(
  unit: Unit,
  engine: WorkflowEngine,
  now: Date,
  paused: readonly string[] = [],
): Promise<RemindersDone> {
  const { tx } = unit;
  const done: RemindersDone = { cases: 0, told: 0, overdue: 0 };
  const locked = await lockDue(tx, now, BATCH, paused);
  if (locked.length === 0) return done;
  const ids = locked.map(({ id }) => id);
  const cases = await tx.workflowCase.findMany({
    where: { id: { in: ids } },
    orderBy: [{ entity: 'asc' }, { entityId: 'asc' }],
  });
  const reminders = await tx.workflowReminder.findMany({
    where: { caseId: { in: ids }, doneAt: null, at: { lte: now } },
    orderBy: { at: 'asc' },
  });
  const { zone } = await engine.calendarOf(tx);
  for (const row of cases) {
    const due = reminders.filter(({ caseId }) => caseId === row.id);
    done.cases++;
    if (due.some(({ position }) => position === OVERDUE)) {
      await markOverdue(unit, engine, row, now);
      done.overdue++;
    }
    done.told += await remind(unit, engine, row, due, { now, zone });
  }
  return done;
}

/** Marks the case, and tells other systems and the module whose record it is. */
async function markOverdue(
  unit: Unit,
  engine: WorkflowEngine,
  row: CaseRow,
  now: Date,
): Promise<void> {
  const { dueAt } = row;
  await unit.tx.workflowCase.updateMany({ where: { id: row.id }, data: { overdueAt: now } });
  await unit.emit({
    entity: 'workflow',
    what: 'overdue',
    subject: row.id,
    data: {
      case: row.id,
      record: { entity: row.entity, id: row.entityId },
      workflow: { id: row.definitionId, version: row.definitionVersion },
      state: row.state,
      dueAt: dueAt?.toISOString() ?? null,
      assignees: row.assignees,
      site: row.site,
      department: row.department,
    },
  });
  await unit.audit({
    action: 'workflow-overdue',
    entity: row.entity,
    id: row.entityId,
    after: { state: row.state, dueAt, assignees: row.assignees },
  });
  await engine.tell(unit, { ...showCase(row), overdueAt: now }, 'overdue');
}

/** @returns how many people were told. */
async function remind(
  unit: Unit,
  engine: WorkflowEngine,
  row: CaseRow,
  due: Due[],
  { now, zone }: { now: Date; zone: string },
): Promise<number> {
  const { tx, caller } = unit;
  const found = showCase(row);
  const { definition } = await engine.definitions.at(
    tx,
    caller.tenant,
    row.definitionId,
    row.definitionVersion,
  );
  const state = stateOf(definition, row.state);
  // The latest that names a person counts for them; of the same instant, the most severe.
  const chosen = new Map<string, { position: number; severity: Severity }>();
  const rank = (one: { severity: Severity }) => severityRank(one.severity);
  const named = new Set<number>();
  for (const { position } of due) {
    const { to, severity } = termsOf(state.reminders, position);
    for (const user of await resolveAll(tx, to, found, row)) {
      named.add(position);
      const before = chosen.get(user);
      const sameTime =
        before && timeOf(due, before.position) === timeOf(due, position) ? before : null;
      if (!sameTime || rank({ severity }) >= rank(sameTime))
        chosen.set(user, { position, severity });
    }
  }
  for (const severity of ['info', 'warning', 'critical'] as const) {
    for (const escalated of [false, true]) {
      const to = [...chosen]
        .filter(([user, one]) => {
          return one.severity === severity && !row.assignees.includes(user) === escalated;
        })
        .map(([user]) => user);
      const terms = { to, severity, escalated, now, zone };
      await tellOfLimit(unit, engine.parts.notices, found, state, terms);
    }
  }
  const counted = new Set([...chosen.values()].map(({ position }) => position));
  for (const { position } of due) {
    const outcome = counted.has(position) ? 'sent' : named.has(position) ? 'merged' : 'nobody';
    await tx.workflowReminder.updateMany({
      where: { caseId: row.id, position, doneAt: null, at: { lte: now } },
      data: { doneAt: now, outcome },
    });
  }
  return chosen.size;
}

const timeOf = (due: Due[], position: number) =>
  due.find((one) => one.position === position)?.at.getTime();

/** At the end of the time limit those whose turn it is hear of it, whatever the state's list says. */
function termsOf(
  reminders: readonly { to: Recipients[]; severity: Severity }[],
  position: number,
): { to: Recipients[]; severity: Severity } {
  const turn = { to: [{ kind: 'part' as const, part: 'assignee' }], severity: 'warning' as const };
  return position === OVERDUE ? turn : (reminders[position] ?? turn);
}
