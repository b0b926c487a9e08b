import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { PersonPair } from '../../platform/facts.ts';
import type { PersonColumnEntry } from '../../platform/manifest.ts';
import { manifests } from '../manifests.ts';

/** A column with the id of a person, as the manifest of its module declares it. */
export interface PersonColumn {
  /** `table.column` */
  name: string;
  table: string;
  column: string;
  entry: PersonColumnEntry;
}

/** Those of all modules. */
export const personColumns: readonly PersonColumn[] = manifests.flatMap((one) =>
  Object.entries(one.personColumns ?? {}).map(([name, entry]) => {
    const [table = '', column = ''] = name.split('.');
    return { name, table, column, entry };
  }),
);

/** Rows of a column that moved: their keys, and a digest of what they said then. */
export interface ColumnKept {
  name: string;
  rows: { key: string[]; digest: string }[];
}

type Moving = Extract<PersonColumnEntry, { merge: 'moves' }>;
const quoted = (word: string) => Prisma.raw(`"${word}"`);
const keyOf = ({ key = ['id'] }: Moving) => key;
const digestSql = ({ ignored = [] }: Moving) =>
  Prisma.sql`md5((to_jsonb(t) - ${[...ignored]}::text[])::text)`;

/** How many rows of each column name the two people; of an array, how many have them in it. */
export async function countAll(
  tx: Transaction,
  { from, into }: PersonPair,
): Promise<Map<string, { from: number; into: number }>> {
  const parts = personColumns.map(({ name, table, column }) => {
    const named = column === 'people' ? Prisma.sql`&& ` : Prisma.sql`= ANY `;
    const isOf = (person: string) =>
      column === 'people'
        ? Prisma.sql`${person} = ANY (${quoted(column)})`
        : Prisma.sql`${quoted(column)} = ${person}`;
    return Prisma.sql`SELECT ${name} AS name, count(*) FILTER (WHERE ${isOf(from)})::int AS "from",
      count(*) FILTER (WHERE ${isOf(into)})::int AS "into" FROM ${quoted(table)}
      WHERE ${quoted(column)} ${named} (ARRAY[${from}, ${into}]::text[])`;
  });
  const rows = await sqlIn(tx)<{ name: string; from: number; into: number }>(
    Prisma.join(parts, ' UNION ALL '),
  );
  return new Map(rows.map(({ name, ...counts }) => [name, counts]));
}

/** Gives the rows of one file to the other. */
export async function moveColumn(
  tx: Transaction,
  { name, table, column, entry }: PersonColumn & { entry: Moving },
  { from, into }: PersonPair,
): Promise<ColumnKept> {
  const { once = [] } = entry;
  const same = once.map((one) => Prisma.sql` AND o.${quoted(one)} = t.${quoted(one)}`);
  const unlessTwice =
    once.length === 0
      ? Prisma.empty
      : Prisma.sql` AND NOT EXISTS (SELECT 1 FROM ${quoted(table)} o
          WHERE o.${quoted(column)} = ${into}${Prisma.join(same, '')})`;
  const key = Prisma.join(keyOf(entry).map((one) => Prisma.sql`t.${quoted(one)}::text`));
  const rows = await sqlIn(tx)<{ key: string[]; digest: string }>(Prisma.sql`
    UPDATE ${quoted(table)} AS t SET ${quoted(column)} = ${into} WHERE t.${quoted(column)} = ${from}${unlessTwice}
    RETURNING ARRAY[${key}] AS key, ${digestSql(entry)} AS digest`);
  return { name, rows };
}

/** What was kept of a column, as rows `k` that are joined with its table `t`. */
const keptSql = ({ table, entry }: PersonColumn & { entry: Moving }, { rows }: ColumnKept) => {
  const keys = keyOf(entry).map(
    (one, n) => Prisma.sql`t.${quoted(one)}::text = k.key ->> ${n}::int`,
  );
  return {
    table: quoted(table),
    list: Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS k (key jsonb, digest text)`,
    match: Prisma.join(keys, ' AND '),
  };
};

const isSame = ({ entry }: { entry: Moving }) =>
  entry.follows ? Prisma.sql`TRUE` : Prisma.sql`${digestSql(entry)} = k.digest`;

/** How many of the rows that moved changed since; what is gone by its term did not change. */
export async function countChanged(
  tx: Transaction,
  column: PersonColumn & { entry: Moving },
  kept: ColumnKept,
  { into }: PersonPair,
): Promise<number> {
  if (column.entry.follows || kept.rows.length === 0) return 0;
  const { table, list, match } = keptSql(column, kept);
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM ${table} AS t JOIN ${list} ON ${match}
    WHERE t.${quoted(column.column)} IS DISTINCT FROM ${into} OR ${digestSql(column.entry)} <> k.digest`);
  return row?.count ?? 0;
}

/** The keys of the rows that moved and did not change since: those that go back. */
export async function unchangedKeys(
  tx: Transaction,
  column: PersonColumn & { entry: Moving },
  kept: ColumnKept,
  { into }: PersonPair,
): Promise<string[][]> {
  if (kept.rows.length === 0) return [];
  const { table, list, match } = keptSql(column, kept);
  const key = Prisma.join(keyOf(column.entry).map((one) => Prisma.sql`t.${quoted(one)}::text`));
  const rows = await sqlIn(tx)<{ key: string[] }>(Prisma.sql`
    SELECT ARRAY[${key}] AS key FROM ${table} AS t JOIN ${list} ON ${match}
    WHERE t.${quoted(column.column)} = ${into} AND ${isSame(column)}`);
  return rows.map((row) => row.key);
}

/** Gives rows back that did not change since. */
export async function columnBack(
  tx: Transaction,
  column: PersonColumn & { entry: Moving },
  kept: ColumnKept,
  { from, into }: PersonPair,
): Promise<void> {
  if (kept.rows.length === 0) return;
  const { table, list, match } = keptSql(column, kept);
  await sqlIn(tx)(Prisma.sql`
    UPDATE ${table} AS t SET ${quoted(column.column)} = ${from} FROM ${list}
    WHERE ${match} AND t.${quoted(column.column)} = ${into} AND ${isSame(column)}`);
}

/** Whether the rows of a column get the id of the file that remains. */
export const moves = (column: PersonColumn): column is PersonColumn & { entry: Moving } =>
  column.entry.merge === 'moves';
