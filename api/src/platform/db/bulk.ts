import { escapeIdentifier } from 'pg';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from './database.ts';

/** Rows for one table. Names of tables and columns come from the program, never from a request. */
export interface Insert {
  table: string;
  /**
   * By column name, each row with the same columns; undefined and missing are NULL, dates and JSON
   * are converted.
   */
  rows: readonly Record<string, unknown>[];
  /** An existing row is left unchanged. */
  skipDuplicates?: boolean;
  /** Written only where the insert of this table, earlier in the list, wrote a row. */
  ifWritten?: string;
}

/**
 * Writes rows of several tables in one statement, since a round trip costs more than its rows.
 * Foreign keys are checked at its end, so the order does not matter.
 *
 * @returns the number of rows written to each table.
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
 * The same as statements that can be deferred to the end of a unit, see `Unit.later`: there no
 * insert sees what another wrote.
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
