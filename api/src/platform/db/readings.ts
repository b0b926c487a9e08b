import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from './database.ts';

/** A query, and in its type alone what its rows are. */
export interface Query<Row> {
  readonly sql: Prisma.Sql;
  readonly row?: Row;
}

/**
 * A query for {@link readTogether}. Its columns are text, booleans, numbers that a double holds, JSON and lists of these: the
 * rows may come as JSON. Days are `::text`, instants {@link instantSql}.
 */
export const queryOf = <Row>(sql: Prisma.Sql): Query<Row> => ({ sql });

type Queries = Readonly<Record<string, Query<unknown> | null>>;
/** The rows of each query; none for one that was left out as null. */
export type RowsOf<Asked extends Queries> = {
  readonly [Name in keyof Asked]: NonNullable<Asked[Name]> extends Query<infer Row> ? Row[] : never;
};

/**
 * Reads several queries by one statement, with one snapshot: each statement of its own costs more than what it reads, where that
 * is a row or two.
 *
 * @param options.apart sends them as statements of their own, in the same message: for many rows, which are slow as JSON.
 */
export async function readTogether<Asked extends Queries>(
  tx: Transaction,
  queries: Asked,
  { apart = false } = {},
): Promise<RowsOf<Asked>> {
  const asked = Object.entries(queries).flatMap(([name, query]) =>
    query === null ? [] : [{ name, sql: query.sql }],
  );
  const none = Object.fromEntries(Object.keys(queries).map((name) => [name, []]));
  const sql = sqlIn(tx);
  if (apart || asked.length < 2) {
    const rows = await Promise.all(asked.map((one) => sql(one.sql)));
    return { ...none, ...Object.fromEntries(asked.map(({ name }, n) => [name, rows[n]])) } as never;
  }
  const columns = asked.map(
    (one) => Prisma.sql`(SELECT json_agg(r) FROM (${one.sql}) r) AS ${Prisma.raw(`"${one.name}"`)}`,
  );
  const [row] = await sql<Record<string, unknown[] | null>>(
    Prisma.sql`SELECT ${Prisma.join(columns)}`,
  );
  // No rows are null, not an empty list.
  return Object.fromEntries(Object.keys(queries).map((name) => [name, row?.[name] ?? []])) as never;
}

/** SQL: an instant as `Date.toISOString` writes it. */
export const instantSql = (at: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * SQL: a column is one of these ids. One id is compared without a list: for a list in a prepared statement PostgreSQL estimates ten
 * values, so that a plan for the actual one is always cheaper, and it plans again each time.
 */
export const isOneOfSql = (column: Prisma.Sql, ids: readonly string[]): Prisma.Sql =>
  ids.length === 1
    ? Prisma.sql`${column} = ${ids[0]}`
    : Prisma.sql`${column} = ANY (${[...ids]}::text[])`;
