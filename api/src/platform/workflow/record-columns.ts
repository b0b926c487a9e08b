import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';

/**
 * Columns of a case that a record's table copies, so that lists, filters and statistics read one
 * table. The case is authoritative; its listener updates the copy in the same transaction. In a
 * Prisma model:
 *
 *     caseId      String    @map("case_id") @db.VarChar(26)
 *     flowVersion Int       @map("flow_version")
 *     state       String    @db.VarChar(64)
 *     version     Int
 *     dueAt       DateTime? @map("due_at") @db.Timestamptz(3)
 *     assignees   String[]
 *     closedAt    DateTime? @map("closed_at") @db.Timestamptz(3)
 */
export interface CaseColumns {
  caseId: string;
  /** The definition version of the case. */
  flowVersion: number;
  state: string;
  version: number;
  dueAt: Date | null;
  assignees: string[];
  closedAt: Date | null;
}

/** The copy with Prisma's column names, for a new row or an update. */
export function caseColumns(found: WorkflowCase): CaseColumns {
  return {
    caseId: found.id,
    flowVersion: found.definition.version,
    state: found.state,
    version: found.version,
    dueAt: found.dueAt,
    assignees: found.assignees,
    closedAt: found.closedAt,
  };
}

/** The copy with the database's column names, for `insertAll` and `insertsOf`. */
export function caseRow(found: WorkflowCase) {
  return {
    case_id: found.id,
    flow_version: found.definition.version,
    state: found.state,
    version: found.version,
    due_at: found.dueAt,
    assignees: found.assignees,
    closed_at: found.closedAt,
  };
}

/**
 * The columns of `CaseColumns` in a SELECT. @param alias of the record's table, from the program.
 */
export function selectCase(alias: string): Prisma.Sql {
  return Prisma.raw(
    `${alias}.case_id AS "caseId", ${alias}.flow_version AS "flowVersion", ${alias}.state,
     ${alias}.version, ${alias}.due_at AS "dueAt", ${alias}.assignees, ${alias}.closed_at AS "closedAt"`,
  );
}

/** The condition "overdue", on the copied columns. */
export function overdueRows(alias: string): Prisma.Sql {
  return Prisma.raw(`(${alias}.closed_at IS NULL AND ${alias}.due_at < now())`);
}

/** Whether an open record is overdue. */
export function isOverdue(
  row: Pick<CaseColumns, 'closedAt' | 'dueAt'>,
  now: number = Date.now(),
): boolean {
  return row.closedAt === null && row.dueAt !== null && row.dueAt.getTime() < now;
}

/** The workflow versions of a list's rows, each read once. */
export async function flowsOf(
  workflows: Pick<Workflows, 'definition'>,
  tx: Transaction,
  definition: string,
  rows: readonly Pick<CaseColumns, 'flowVersion'>[],
): Promise<ReadonlyMap<number, WorkflowDefinition>> {
  const flows = new Map<number, WorkflowDefinition>();
  for (const version of new Set(rows.map(({ flowVersion }) => flowVersion))) {
    flows.set(version, await workflows.definition(tx, definition, version));
  }
  return flows;
}
