import type { Bilingual } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { TaskQuery } from './tasks-schema.ts';

/** An open case as read for the task list. */
export interface TaskRow {
  id: string;
  definitionId: string;
  definitionVersion: number;
  entity: string;
  entityId: string;
  state: string;
  title: Bilingual;
  link: string;
  enteredAt: Date;
  dueAt: Date | null;
  assignees: string[];
  played: Record<string, string[]>;
  departmentId: string | null;
  departmentName: Bilingual | null;
}

/** Position of the page's end; without a time limit, `dueAt` is null. */
export interface TaskPosition {
  dueAt: Date | null;
  id: string;
}

/** A state of a workflow version whose cases an account may see for its department. */
export interface SeenState {
  definition: string;
  version: number;
  state: string;
  /** Only cases of this site; null: of any. */
  site: string | null;
}

// In the order of the index `workflow_case_tasks`: cases without a time limit come last.
const due = Prisma.raw(`coalesce(c.due_at, 'infinity'::timestamptz)`);
const overdue = Prisma.raw('(c.due_at IS NOT NULL AND c.due_at < now())');

/** Cases assigned to the account itself. */
export const assignedTo = ({ id }: Account): Prisma.Sql => Prisma.sql`${id} = ANY (c.assignees)`;

/** Cases of the account's departments in these states. */
export function ofDepartments({ departments }: Account, states: readonly SeenState[]): Prisma.Sql {
  if (departments.length === 0 || states.length === 0) return Prisma.sql`FALSE`;
  return Prisma.sql`(c.department = ANY (${[...departments]}) AND EXISTS (
    SELECT FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
      AS seen (definition text, version int, state text, site text)
    WHERE seen.definition = c.definition_id AND seen.version = c.definition_version
      AND seen.state = c.state AND (seen.site IS NULL OR seen.site = c.site)))`;
}

/** The workflow versions of open cases of the account's departments. */
export function findRunningVersions(
  tx: Transaction,
  { departments }: Account,
): Promise<{ definition: string; version: number }[]> {
  return sqlIn(tx)<{ definition: string; version: number }>(Prisma.sql`
    SELECT DISTINCT definition_id AS definition, definition_version AS version FROM workflow_case
    WHERE closed_at IS NULL AND department = ANY (${[...departments]})`);
}

/** Open cases by time limit; one more row than the page: it shows that there is a next page. */
export function findTasks(
  tx: Transaction,
  scope: Prisma.Sql,
  query: TaskQuery,
  { after, paused }: { after: TaskPosition | null; paused: readonly string[] },
): Promise<TaskRow[]> {
  const filters = [
    Prisma.sql`c.closed_at IS NULL`,
    scope,
    ...(paused.length > 0 ? [Prisma.sql`c.entity <> ALL (${[...paused]}::text[])`] : []),
    ...(query.entity ? [Prisma.sql`c.entity = ${query.entity}`] : []),
    ...(query.overdue ? [query.overdue === 'true' ? overdue : Prisma.sql`NOT ${overdue}`] : []),
    ...(after
      ? [
          Prisma.sql`(${due}, c.id) > (${after.dueAt?.toISOString() ?? 'infinity'}::timestamptz, ${after.id})`,
        ]
      : []),
  ];
  return sqlIn(tx)<TaskRow>(Prisma.sql`
    SELECT c.id, c.definition_id AS "definitionId", c.definition_version AS "definitionVersion",
      c.entity, c.entity_id AS "entityId", c.state, c.title, c.link, c.entered_at AS "enteredAt",
      c.due_at AS "dueAt", c.assignees, c.played, c.department AS "departmentId",
      d.name AS "departmentName"
    FROM workflow_case c
    LEFT JOIN department d ON d.tenant_id = c.tenant_id AND d.id = c.department
    WHERE ${Prisma.join(filters, ' AND ')}
    ORDER BY ${due}, c.id LIMIT ${query.limit + 1}`);
}

export interface KindCount {
  entity: string;
  definition: string;
  version: number;
  open: number;
  overdue: number;
}

/** Number of open cases by kind, among those due first. */
export function countTasks(
  tx: Transaction,
  scope: Prisma.Sql,
  { most, paused }: { most: number; paused: readonly string[] },
): Promise<KindCount[]> {
  return sqlIn(tx)<KindCount>(Prisma.sql`
    SELECT c.entity, max(c.definition_id) AS definition, max(c.definition_version) AS version,
      count(*)::int AS open, count(*) FILTER (WHERE ${overdue})::int AS overdue
    FROM (SELECT c.* FROM workflow_case c
      WHERE c.closed_at IS NULL AND ${scope} AND c.entity <> ALL (${[...paused]}::text[])
      ORDER BY ${due}, c.id LIMIT ${most}) c
    GROUP BY c.entity ORDER BY c.entity`);
}
