import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';

/** The id of the file that remains of a person: the id itself, where the file was not joined with another. */
export async function remainingOf(tx: Transaction, id: string): Promise<string> {
  const [row] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    WITH RECURSIVE chain AS (
      SELECT id, merged_into FROM person WHERE id = ${id}
      UNION SELECT p.id, p.merged_into FROM person p JOIN chain c ON p.id = c.merged_into
    ) SELECT id FROM chain WHERE merged_into IS NULL`);
  return row?.id ?? id;
}

/** The same for several ids, by the id that was asked for; unknown ones are left out. */
export async function remainingOfAll(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sqlIn(tx)<{ old: string; id: string }>(Prisma.sql`
    WITH RECURSIVE chain AS (
      SELECT id AS old, id, merged_into FROM person WHERE id = ANY (${[...ids]}::text[])
      UNION SELECT c.old, p.id, p.merged_into FROM person p JOIN chain c ON p.id = c.merged_into
    ) SELECT old, id FROM chain WHERE merged_into IS NULL`);
  return new Map(rows.map(({ old, id }) => [old, id]));
}

/** The id of a file and of all that were joined with it: records that are never changed keep theirs. */
export async function idsOfPerson(tx: Transaction, id: string): Promise<string[]> {
  const rows = await sqlIn(tx)<{ id: string }>(idsOfPersonSql(id));
  return rows.map((row) => row.id);
}

/** The same as a subquery: records that are never changed are of the person by any of these ids. Of none for null. */
export const idsOfPersonSql = (id: string | null): Prisma.Sql => Prisma.sql`(
  WITH RECURSIVE joined AS (
    SELECT ${id}::text AS id
    UNION SELECT p.id FROM person p JOIN joined j ON p.merged_into = j.id
  ) SELECT id FROM joined WHERE id IS NOT NULL)`;

/** The remaining files of those that were joined with some, by the old id: for lists of people that keep it. */
export async function remainingByOld(
  tx: Transaction,
  people: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sqlIn(tx)<{ id: string; remaining: string }>(Prisma.sql`
    WITH RECURSIVE joined AS (
      SELECT p.id, p.merged_into AS remaining FROM person p WHERE p.merged_into = ANY (${[...people]}::text[])
      UNION SELECT p.id, j.remaining FROM person p JOIN joined j ON p.merged_into = j.id
    ) SELECT id, remaining FROM joined`);
  return new Map(rows.map((row) => [row.id, row.remaining]));
}

/** What is needed to open a file again that was joined. */
export interface FileKept {
  status: string;
  /** YYYY-MM-DD */
  leftOn: string | null;
}

/** Holds files against everything that is written for them: see the trigger follow_merged_person. */
export const holdFiles = (tx: Transaction, people: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT id FROM person WHERE id = ANY (${[...people]}::text[]) ORDER BY id FOR UPDATE`);

/** Closes a file whose records have moved. Its number stays taken, and its id leads to the other file. */
export async function closeFile(
  { tx }: Unit,
  { from, into }: { from: string; into: string },
): Promise<FileKept> {
  const row = await tx.person.findFirstOrThrow({ where: { id: from } });
  await tx.person.updateMany({
    where: { id: from },
    data: {
      status: 'left',
      leftOn: row.leftOn ?? new Date(),
      mergedInto: into,
      version: { increment: 1 },
      updatedAt: new Date(),
    },
  });
  return { status: row.status, leftOn: row.leftOn?.toISOString().slice(0, 10) ?? null };
}

/** Opens a joined file again, before its records move back. */
export async function reopenFile({ tx }: Unit, id: string, kept: FileKept): Promise<void> {
  await tx.person.updateMany({
    where: { id },
    data: {
      status: kept.status,
      leftOn: kept.leftOn === null ? null : new Date(kept.leftOn),
      mergedInto: null,
      version: { increment: 1 },
      updatedAt: new Date(),
    },
  });
}
