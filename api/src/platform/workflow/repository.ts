import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { WorkflowCase, WorkflowStep } from './engine-types.ts';
import type { MachineCase } from './machine.ts';

/** A row of the case table. */
export type CaseRow = Prisma.WorkflowCaseModel;
type StepRow = Prisma.WorkflowStepModel;
type Parts = Record<string, string[]>;

/** Locks the row, so that no other transaction moves the case. */
export async function lockCase(tx: Transaction, id: string): Promise<CaseRow | null> {
  await tx.$queryRaw`SELECT 1 FROM workflow_case WHERE id = ${id} FOR UPDATE`;
  return tx.workflowCase.findFirst({ where: { id } });
}

/** @throws where there is none. */
export async function readCase(tx: Transaction, id: string): Promise<WorkflowCase> {
  return showCase(await tx.workflowCase.findFirstOrThrow({ where: { id } }));
}

/** The open case of a record, else the newest. */
export async function findCase(
  tx: Transaction,
  { entity, id }: { entity: string; id: string },
): Promise<CaseRow | null> {
  const found = await findCases(tx, entity, [id]);
  return found[0] ?? null;
}

/** The newest case of each record. */
export function findCases(tx: Transaction, entity: string, ids: string[]): Promise<CaseRow[]> {
  return tx.workflowCase.findMany({
    where: { entity, entityId: { in: ids } },
    orderBy: [{ entityId: 'asc' }, { id: 'desc' }],
    distinct: ['entityId'],
  });
}

type Acted = Pick<StepRow, 'transition' | 'byUser'>;

/** The inputs for an account's possible steps of a case, in one statement; null without a case. */
export async function readForActing(
  tx: Transaction,
  of: Pick<WorkflowCase, 'id'> | Pick<WorkflowCase, 'subject'>,
  account: Account,
): Promise<{ row: ActingRow; steps: Acted[]; accounts: string[] } | null> {
  const which =
    'id' in of
      ? Prisma.sql`c.id = ${of.id}`
      : Prisma.sql`c.entity = ${of.subject.entity} AND c.entity_id = ${of.subject.id}`;
  const [found] = await sqlIn(tx)<ActingRow & { steps: Acted[]; others: string[] }>(Prisma.sql`
    SELECT c.id, c.definition_id AS "definitionId", c.definition_version AS "definitionVersion",
      c.state, c.version, c.assignees, c.parts, c.played, c.site, c.department,
      c.closed_at AS "closedAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('transition', s.transition, 'byUser', s.by_user)
          ORDER BY s.version), '[]')
        FROM workflow_step s WHERE s.tenant_id = c.tenant_id AND s.case_id = c.id) AS steps,
      ARRAY(SELECT u.id::text FROM app_user u
        WHERE u.tenant_id = c.tenant_id AND u.person_id = ${account.person}) AS others
    FROM workflow_case c WHERE ${which} ORDER BY c.id DESC LIMIT 1`);
  if (!found) return null;
  const { steps, others, ...row } = found;
  return { row, steps, accounts: [...new Set([account.id, ...others])] };
}

type ActingRow = Pick<
  CaseRow,
  | 'id'
  | 'definitionId'
  | 'definitionVersion'
  | 'state'
  | 'version'
  | 'assignees'
  | 'parts'
  | 'played'
  | 'site'
  | 'department'
  | 'closedAt'
>;

export function findSteps(tx: Transaction, caseId: string): Promise<StepRow[]> {
  return tx.workflowStep.findMany({ where: { caseId }, orderBy: { version: 'asc' } });
}

export async function addStep(
  tx: Transaction,
  step: Prisma.WorkflowStepCreateManyInput,
): Promise<void> {
  await tx.workflowStep.createMany({ data: [step] });
}

/** Cancels the reminders of a state that a case leaves. */
export async function dropReminders(tx: Transaction, caseId: string, at: Date): Promise<void> {
  await tx.workflowReminder.updateMany({
    where: { caseId, doneAt: null },
    data: { doneAt: at, outcome: 'left' },
  });
}

/** All accounts of the same human, including the given one. */
export async function accountsOf(
  tx: Transaction,
  id: string,
  person: string | null,
): Promise<string[]> {
  if (person === null) return [id];
  const rows = await tx.appUser.findMany({ where: { personId: person }, select: { id: true } });
  return [...new Set([id, ...rows.map((row) => row.id)])];
}

/** Which values are active users, and which are active departments. */
export async function knownValues(
  tx: Transaction,
  values: string[],
): Promise<{ users: Set<string>; departments: Set<string> }> {
  if (values.length === 0) return { users: new Set(), departments: new Set() };
  const users = await activeUsers(tx, values);
  const departments = await tx.department.findMany({
    where: { id: { in: values }, active: true },
    select: { id: true },
  });
  return { users: new Set(users), departments: new Set(departments.map(({ id }) => id)) };
}

/** The given users that may still act, by name. */
export async function activeUsers(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id FROM app_user u LEFT JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id
    WHERE u.id = ANY(${ids}::text[]) AND u.active AND (p.id IS NULL OR p.status = 'active')
    ORDER BY u.username`;
  return rows.map(({ id }) => id);
}

/** The row in the rules' format. */
export function asMachineCase(
  row: Pick<CaseRow, 'state' | 'version' | 'assignees' | 'parts' | 'played' | 'closedAt'>,
  steps: readonly Acted[],
): MachineCase {
  return {
    state: row.state,
    version: row.version,
    assignees: row.assignees,
    parts: row.parts as Parts,
    played: row.played as Parts,
    fired: steps.flatMap(({ transition, byUser }) =>
      transition === null ? [] : [{ transition, by: byUser }],
    ),
    closed: row.closedAt !== null,
  };
}

export function showCase(row: CaseRow): WorkflowCase {
  return {
    id: row.id,
    definition: { id: row.definitionId, version: row.definitionVersion },
    subject: { entity: row.entity, id: row.entityId },
    state: row.state,
    version: row.version,
    enteredAt: row.enteredAt,
    dueAt: row.dueAt,
    overdueAt: row.overdueAt,
    assignees: row.assignees,
    parts: row.parts as Parts,
    openedAt: row.openedAt,
    closedAt: row.closedAt,
    site: row.site,
    department: row.department,
    title: row.title as WorkflowCase['title'],
    link: row.link,
  };
}

export function showStep(row: StepRow): WorkflowStep {
  return {
    version: row.version,
    kind: row.kind as WorkflowStep['kind'],
    transition: row.transition,
    from: row.from,
    to: row.to,
    by:
      row.byUser === null
        ? null
        : { id: row.byUser, displayName: row.byName as { zh: string; en: string } },
    at: row.at,
    fields: row.fields as Record<string, unknown>,
    files: row.files,
    note: row.note,
    assignees: row.assignees,
    dueAt: row.dueAt,
  };
}
