import { escapeIdentifier } from 'pg';
import { Prisma } from '../generated/prisma/client.ts';
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
  const writes = wanted.map(({ table, rows, skipDuplicates, ifWritten }) => {
    const name = escapeIdentifier(table);
    const columns = Object.keys(rows[0]!).map(escapeIdentifier).join(', ');
    const where = ifWritten
      ? `WHERE EXISTS (SELECT FROM ${escapeIdentifier(`into_${ifWritten}`)})`
      : '';
    const conflict = skipDuplicates ? 'ON CONFLICT DO NOTHING' : '';
    return Prisma.sql`${Prisma.raw(escapeIdentifier(`into_${table}`))} AS (
      INSERT INTO ${Prisma.raw(name)} (${Prisma.raw(columns)})
      SELECT ${Prisma.raw(columns)} FROM jsonb_populate_recordset(NULL::${Prisma.raw(name)}, ${JSON.stringify(rows)}::jsonb)
      ${Prisma.raw(where)} ${Prisma.raw(conflict)} RETURNING 1)`;
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
