import { auditEntityOf } from '../audit/words.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { severityRank } from '../notices/kinds.ts';
import type { Severity } from '../notices/types.ts';
import { OVERDUE } from './deadlines.ts';
import type { Recipients } from './definition.ts';
import type { WorkflowEngine } from './engine.ts';
import { publicUsers } from './external-view.ts';
import { stateOf } from './machine.ts';
import { notifyOfDeadline } from './notify.ts';
import { cachedResolver, type resolveAll } from './recipients.ts';
import { type CaseRow, showCase } from './repository.ts';

/** Number of cases that one transaction locks and notifies. */
export const BATCH = 50;

/** A due reminder. */
interface Due {
  position: number;
  at: Date;
}

export interface ReminderCounts {
  cases: number;
  /** Notified people, once per case. */
  notified: number;
  overdue: number;
}

/**
 * Open cases with due reminders, longest waiting first, locked for this transaction. Rows locked by
 * another process are skipped.
 */
export function lockDue(
  tx: Transaction,
  now: Date,
  limit: number,
  paused: readonly string[] = [],
): Promise<{ id: string }[]> {
  if (paused.length > 0) return lockDueExcept(tx, now, limit, paused);
  // The inner query uses the partial index of pending rows only.
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

/** The same without cases of disabled features. */
function lockDueExcept(
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

/**
 * Sends the due reminders of a batch of cases. A row is processed exactly once: it is marked in the
 * transaction that writes the notices. Reminders missed during downtime or a wrong clock become one
 * notice per person and case, the one that is current.
 */
export async function remindBatch(
  unit: Unit,
  engine: WorkflowEngine,
  now: Date,
  paused: readonly string[] = [],
): Promise<ReminderCounts> {
  const { tx } = unit;
  const done: ReminderCounts = { cases: 0, notified: 0, overdue: 0 };
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
  const dueOf = (row: CaseRow) => reminders.filter(({ caseId }) => caseId === row.id);
  const isOver = (row: CaseRow) => dueOf(row).some(({ position }) => position === OVERDUE);
  const over = cases.filter(isOver);
  await tx.workflowCase.updateMany({
    where: { id: { in: over.map(({ id }) => id) } },
    data: { overdueAt: now },
  });
  const resolver = cachedResolver(tx);
  const outcomes: Outcome[] = [];
  for (const row of cases) {
    if (over.includes(row)) await publishOverdue(unit, engine, row, now);
    const one = await remind(unit, engine, row, dueOf(row), { now, resolver });
    done.notified += one.notified;
    outcomes.push(...one.outcomes);
  }
  await writeOutcomes(tx, outcomes, now);
  return { ...done, cases: cases.length, overdue: over.length };
}

/** Result of a reminder. */
interface Outcome {
  caseId: string;
  position: number;
  outcome: 'sent' | 'merged' | 'nobody';
}

async function writeOutcomes(tx: Transaction, all: Outcome[], now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE workflow_reminder r SET done_at = ${now}, outcome = o.outcome
    FROM unnest(${all.map(({ caseId }) => caseId)}::text[],
                ${all.map(({ position }) => position)}::int[],
                ${all.map(({ outcome }) => outcome)}::text[]) AS o (case_id, position, outcome)
    WHERE r.case_id = o.case_id AND r.position = o.position AND r.done_at IS NULL`;
}

/** Publishes it to other systems, and to the record's module. */
async function publishOverdue(
  unit: Unit,
  engine: WorkflowEngine,
  row: CaseRow,
  now: Date,
): Promise<void> {
  const { dueAt } = row;
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
      assignees: publicUsers(row, row.assignees),
      site: row.site,
      department: row.department,
    },
  });
  await unit.audit({
    action: 'workflow-overdue',
    entity: auditEntityOf(row.entity),
    id: row.entityId,
    after: { state: row.state, dueAt, assignees: row.assignees },
  });
  await engine.notifyListeners(unit, { ...showCase(row), overdueAt: now }, 'overdue');
}

async function remind(
  unit: Unit,
  engine: WorkflowEngine,
  row: CaseRow,
  due: Due[],
  { now, resolver }: { now: Date; resolver: typeof resolveAll },
): Promise<{ notified: number; outcomes: Outcome[] }> {
  const { tx, caller } = unit;
  const found = showCase(row);
  const { definition } = await engine.definitions.at(
    tx,
    caller.tenant,
    row.definitionId,
    row.definitionVersion,
  );
  const state = stateOf(definition, row.state);
  // The latest one for a person counts; at the same instant, the most severe.
  const chosen = new Map<string, { position: number; severity: Severity }>();
  const rank = (one: { severity: Severity }) => severityRank(one.severity);
  const named = new Set<number>();
  for (const { position } of due) {
    const { to, severity } = termsOf(state.reminders, position);
    for (const user of await resolver(tx, to, found, row)) {
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
      const terms = { to, severity, escalated, now };
      await notifyOfDeadline(unit, engine.parts.notices, found, state, terms);
    }
  }
  const counted = new Set([...chosen.values()].map(({ position }) => position));
  const outcomes = due.map(({ position }): Outcome => {
    const outcome = counted.has(position) ? 'sent' : named.has(position) ? 'merged' : 'nobody';
    return { caseId: row.id, position, outcome };
  });
  return { notified: chosen.size, outcomes };
}

const timeOf = (due: Due[], position: number) =>
  due.find((one) => one.position === position)?.at.getTime();

/** At the end of the time limit the assignees are always notified. */
function termsOf(
  reminders: readonly { to: Recipients[]; severity: Severity }[],
  position: number,
): { to: Recipients[]; severity: Severity } {
  const assignees = {
    to: [{ kind: 'part' as const, part: 'assignee' }],
    severity: 'warning' as const,
  };
  return position === OVERDUE ? assignees : (reminders[position] ?? assignees);
}
