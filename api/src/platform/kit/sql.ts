import { Prisma } from '../../generated/prisma/client.ts';

/** All conditions, joined by AND; TRUE without any. */
export const allOf = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.length === 0 ? Prisma.sql`TRUE` : Prisma.join([...conditions], ' AND ');

/**
 * The column is one of the values; no condition without values. For text columns. Of one value the order
 * of an index that begins with the column is kept.
 */
export function anyOf(column: Prisma.Sql, values: readonly string[] | undefined): Prisma.Sql[] {
  if (!values?.length) return [];
  if (values.length === 1) return [Prisma.sql`${column} = ${values[0]}`];
  return [Prisma.sql`${column} = ANY(${[...values]})`];
}

/** The column lies in `[from, to)`; each end may be left open. */
export function within(
  column: Prisma.Sql,
  from: string | undefined,
  to: string | undefined,
): Prisma.Sql[] {
  return [
    ...(from === undefined ? [] : [Prisma.sql`${column} >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [Prisma.sql`${column} < ${new Date(to)}`]),
  ];
}

/**
 * One of the columns contains the text, case-insensitive; no condition without a text. Not a
 * pattern: `%` and `_` are literals.
 */
export function containsSql(
  text: string | undefined,
  columns: readonly Prisma.Sql[],
): Prisma.Sql[] {
  if (!text) return [];
  const either = columns.map((column) => Prisma.sql`strpos(lower(${column}), lower(${text})) > 0`);
  return [Prisma.sql`(${Prisma.join(either, ' OR ')})`];
}

/** The same for the query builder: `{ name: contains(q) }`. */
export const contains = (text: string) => ({
  contains: text.replace(/[\\%_]/g, '\\$&'),
  mode: 'insensitive' as const,
});
