import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { reachOf } from '../access/scope.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import { listOrder } from '../kit/list-order.ts';
import { allOf, anyOf } from '../kit/sql.ts';
import type { Issue } from './check-rows.ts';
import type { ExaminedRow, Expected } from './examine.ts';
import type { ImportQuery, RowQuery } from './schema.ts';
import type { Change, ImportKind, ImportKinds } from './types.ts';

export type ImportRow = Prisma.DataImportModel;
export const newestImports = listOrder('imports', 'desc', { id: 'id' });
export const byRow = listOrder('rows of an import', 'asc', { row: 'number' });

/** The kinds that an account may write, at whatever reach. */
export const kindsOf = (kinds: ImportKinds, account: Account): ImportKind[] =>
  kinds.all().filter(({ permission }) => account.permissions.has(permission));

/** Its own imports, and of kinds that it may write everywhere those of others. */
function seen(kinds: ImportKinds, account: Account): Prisma.Sql {
  const mine = kindsOf(kinds, account);
  const everywhere = mine.filter((one) => reachOf(account, one.permission).scope === 'all');
  const ids = (of: ImportKind[]) => of.map(({ id }) => id);
  return Prisma.sql`(i.kind = ANY(${ids(everywhere)})
    OR (i.kind = ANY(${ids(mine)}) AND i.created_by = ${account.id}))`;
}

/** The ids of a page; one more than the limit. */
export async function findPage(
  tx: Transaction,
  kinds: ImportKinds,
  account: Account,
  query: ImportQuery,
): Promise<ImportRow[]> {
  const where = [
    seen(kinds, account),
    ...anyOf(Prisma.sql`i.kind`, query.kind),
    ...anyOf(Prisma.sql`i.state`, query.state),
    newestImports.beyondSql(newestImports.after(query.cursor), { id: Prisma.sql`i.id` }),
  ];
  const found = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT i.id FROM data_import i WHERE ${allOf(where)}
    ORDER BY i.id DESC LIMIT ${query.limit + 1}`);
  return tx.dataImport.findMany({
    where: { id: { in: found.map(({ id }) => id) } },
    orderBy: { id: 'desc' },
  });
}

/** An import that the account may see; null for others. */
export async function findSeen(
  tx: Transaction,
  kinds: ImportKinds,
  account: Account,
  id: string,
): Promise<ImportRow | null> {
  const [found] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT i.id FROM data_import i WHERE i.id = ${id} AND ${seen(kinds, account)}`);
  return found ? tx.dataImport.findFirst({ where: { id } }) : null;
}

export interface StoredRow {
  row: number;
  label: string;
  state: 'good' | 'bad' | 'skipped' | 'done' | 'failed' | 'undone' | 'kept';
  record: string | null;
  recordVersion: number | null;
  /** The record that it changes; null for a new one. */
  target: string | null;
  changes: Change[];
  /** What a changed record was before, sealed. */
  beforeSealed: string | null;
  issues: Issue[];
}

const rowColumns = Prisma.sql`r."row", r.label, r.state, r.record,
  r.record_version AS "recordVersion", r.target, r.changes, r.before_sealed AS "beforeSealed",
  r.issues`;

export function findRows(tx: Transaction, id: string, query: RowQuery): Promise<StoredRow[]> {
  const where = [
    Prisma.sql`r.import_id = ${id}`,
    ...anyOf(Prisma.sql`r.state`, query.state),
    ...(query.warned ? [Prisma.sql`r.warned`] : []),
    ...(query.changes ? [Prisma.sql`r.changes <> '[]'`] : []),
    byRow.beyondSql(byRow.after(query.cursor), { row: Prisma.sql`r."row"` }),
  ];
  return sqlIn(tx)<StoredRow>(Prisma.sql`
    SELECT ${rowColumns} FROM data_import_row r WHERE ${allOf(where)}
    ORDER BY r."row" LIMIT ${query.limit + 1}`);
}

/** Rows of some states by number, for the result file. */
export async function rowsIn(
  tx: Transaction,
  id: string,
  states: readonly StoredRow['state'][],
  most: number,
): Promise<Map<number, StoredRow>> {
  const rows = await sqlIn(tx)<StoredRow>(Prisma.sql`
    SELECT ${rowColumns} FROM data_import_row r
    WHERE r.import_id = ${id} AND r.state = ANY(${[...states]}) ORDER BY r."row" LIMIT ${most}`);
  return new Map(rows.map((one) => [one.row, one]));
}

/** The next rows to take back, the last first: what came later may rest on what came before. */
export const nextToUndo = (tx: Transaction, id: string, most: number): Promise<StoredRow[]> =>
  sqlIn(tx)<StoredRow>(Prisma.sql`
    SELECT ${rowColumns} FROM data_import_row r
    WHERE r.import_id = ${id} AND r.state = 'done'
    ORDER BY r."row" DESC LIMIT ${most} FOR UPDATE`);

/** Which of the rows wait to be saved, and what they change. They are locked until the end of the transaction. */
export async function stillGood(
  tx: Transaction,
  id: string,
  rows: readonly number[],
): Promise<Map<number, Expected>> {
  const found = await sqlIn(tx)<Expected & { row: number }>(Prisma.sql`
    SELECT "row", target, target_version AS "targetVersion" FROM data_import_row
    WHERE import_id = ${id} AND "row" = ANY(${[...rows]}::int[]) AND state = 'good'
    ORDER BY "row" FOR UPDATE`);
  return new Map(found.map((one) => [one.row, one]));
}

/** Of a row that was checked. */
export const stateOf = ({ isGood, isSkipped }: ExaminedRow): 'good' | 'bad' | 'skipped' =>
  isSkipped ? 'skipped' : isGood ? 'good' : 'bad';

/** Writes checked rows. */
export const insertRows = (
  tx: Transaction,
  tenant: string,
  id: string,
  rows: readonly ExaminedRow[],
): Promise<unknown> =>
  sqlIn(tx)(Prisma.sql`
    INSERT INTO data_import_row
      (tenant_id, import_id, "row", label, state, warned, issues, target, target_version, changes)
    SELECT ${tenant}, ${id}, (r->>'row')::int, r->>'label', r->>'state', (r->>'warned')::boolean,
      r->'issues', r->>'target', (r->>'version')::int, r->'changes'
    FROM jsonb_array_elements(${JSON.stringify(
      rows.map((one) => ({
        row: one.row,
        label: one.label,
        state: stateOf(one),
        warned: isWarned(one),
        issues: one.issues,
        target: one.target?.id ?? null,
        version: one.target?.version ?? null,
        changes: one.isSkipped ? [] : (one.target?.changes ?? []),
      })),
    )}::jsonb) r`);

/** A row that is saved, and of which there is something to say. */
export const isWarned = (one: ExaminedRow): boolean =>
  stateOf(one) === 'good' && one.issues.length > 0;

/** What became of rows. */
export interface RowOutcome {
  row: number;
  state: StoredRow['state'];
  record?: string | null;
  recordVersion?: number | null;
  person?: string | null;
  /** Sealed. */
  before?: string | null;
  /** Added to those it has. */
  issues?: readonly Issue[];
}

export const writeOutcomes = (
  tx: Transaction,
  id: string,
  outcomes: readonly RowOutcome[],
): Promise<unknown> =>
  sqlIn(tx)(Prisma.sql`
    UPDATE data_import_row d SET state = o.state, issues = d.issues || coalesce(o.issues, '[]'),
      record = coalesce(o.record, d.record),
      record_version = coalesce(o."recordVersion", d.record_version),
      person = coalesce(o.person, d.person), before_sealed = coalesce(o.before, d.before_sealed)
    FROM jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
      AS o("row" int, state text, record text, "recordVersion" int, person text, before text,
        issues jsonb)
    WHERE d.import_id = ${id} AND d."row" = o."row"`);

/** The headings that a company used before, by the plain heading. */
export async function rememberedHeadings(
  tx: Transaction,
  kind: string,
): Promise<Map<string, string>> {
  const rows = await tx.importHeading.findMany({
    where: { kind },
    orderBy: { usedAt: 'desc' },
    take: 2_000,
  });
  return new Map(rows.map(({ heading, field }) => [heading, field]));
}

export const rememberHeadings = (
  tx: Transaction,
  tenant: string,
  kind: string,
  headings: ReadonlyMap<string, string>,
): Promise<unknown> =>
  sqlIn(tx)(Prisma.sql`
    INSERT INTO import_heading (tenant_id, kind, heading, field)
    SELECT ${tenant}, ${kind}, h->>0, h->>1
    FROM jsonb_array_elements(${JSON.stringify([...headings])}::jsonb) h
    ON CONFLICT (tenant_id, kind, heading) DO UPDATE SET field = excluded.field, used_at = now()`);
