import { escapeIdentifier } from 'pg';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from './database.ts';

/** Rows for one table. Names of tables and columns are written in the program, never taken from a request. */
export interface Insert {
  table: string;
  /** By the columns' own names, each row with the same; undefined and missing are NULL, dates and JSON are written as such. */
  rows: readonly Record<string, unknown>[];
  /** A row that is there already is left as it is. */
  skipDuplicates?: boolean;
  /** Written only where the insert of this table, before it in the list, wrote a row. */
  ifWritten?: string;
}

/**
 * Writes rows of several tables in one statement, since each round trip costs more than its rows.
 * Keys between the tables are checked at its end, so their order does not matter.
 *
 * @returns how many rows each table got.
 */
export async function insertAll(
  tx: Transaction,
  inserts: readonly Insert[],
): Promise<Record<string, number>> {
  const wanted = inserts.filter(({ rows }) => rows.length > 0);
  if (wanted.length === 0) return {};
  const writes = wanted.map((one) => {
    const name = escapeIdentifier(`into_${one.table}`);
    return Prisma.sql`${Prisma.raw(name)} AS (${insertOf(one)} RETURNING 1)`;
  });
  const counts = wanted.map(
    ({ table }) =>
      Prisma.sql`(SELECT count(*)::int FROM ${Prisma.raw(escapeIdentifier(`into_${table}`))}) AS ${Prisma.raw(escapeIdentifier(table))}`,
  );
  const [written] = await sqlIn(tx)<Record<string, number>>(
    Prisma.sql`WITH ${Prisma.join(writes)} SELECT ${Prisma.join(counts)}`,
  );
  return written ?? {};
}

/**
 * The same as statements that can wait for the end of a unit, see `Unit.later`: there no insert
 * knows what another wrote.
 */
export function insertsOf(inserts: readonly Omit<Insert, 'ifWritten'>[]): Prisma.Sql[] {
  return inserts.filter(({ rows }) => rows.length > 0).map(insertOf);
}

function insertOf({ table, rows, skipDuplicates, ifWritten }: Insert): Prisma.Sql {
  const name = Prisma.raw(escapeIdentifier(table));
  const columns = Prisma.raw(Object.keys(rows[0]!).map(escapeIdentifier).join(', '));
  const where = ifWritten
    ? `WHERE EXISTS (SELECT FROM ${escapeIdentifier(`into_${ifWritten}`)})`
    : '';
  const conflict = skipDuplicates ? 'ON CONFLICT DO NOTHING' : '';
  return Prisma.sql`INSERT INTO ${name} (${columns})
    SELECT ${columns} FROM jsonb_populate_recordset(NULL::${name}, ${JSON.stringify(rows)}::jsonb)
    ${Prisma.raw(where)} ${Prisma.raw(conflict)}`;
}
