import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { PersonPair } from '../../platform/facts.ts';
import { keepRecusalOf } from './recusal.ts';
import type { ViolationRow } from './repository.ts';

/** A violation that was given to another file, with the version that it got. */
export interface ViolationGiven {
  id: string;
  version: number;
}

/** The violations that name a person, the oldest first. */
export const violationsNaming = (
  tx: Transaction,
  person: string,
  most: number,
): Promise<ViolationRow[]> =>
  tx.violation.findMany({
    where: { personId: person },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    take: most,
  });

/** Gives the violations of one file to the other; the caller holds them. */
export async function giveViolations(
  tx: Transaction,
  { from, into }: PersonPair,
): Promise<ViolationGiven[]> {
  return sqlIn(tx)<ViolationGiven>(Prisma.sql`
    UPDATE violation SET person_id = ${into}, version = version + 1 WHERE person_id = ${from}
    RETURNING id, version`);
}

/** Those of some that were given which changed since. */
export async function changedSince(
  tx: Transaction,
  { into }: PersonPair,
  given: readonly ViolationGiven[],
): Promise<string[]> {
  const rows = await tx.violation.findMany({
    where: { id: { in: given.map(({ id }) => id) } },
    select: { id: true, version: true, personId: true },
  });
  return rows
    .filter(
      (row) =>
        row.personId !== into || given.find(({ id }) => id === row.id)?.version !== row.version,
    )
    .map(({ id }) => id);
}

/** Gives violations back. Who is of the other file may still not judge them. */
export async function giveBack(
  tx: Transaction,
  { from, into }: PersonPair,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) await keepRecusalOf(tx, id, into);
  await tx.violation.updateMany({
    where: { id: { in: [...ids] }, personId: into },
    data: { personId: from, version: { increment: 1 } },
  });
}
