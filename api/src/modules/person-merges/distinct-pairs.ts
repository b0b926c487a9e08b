import type { Transaction } from '../../platform/db/database.ts';
import { remainingOfAll } from '../people/merged.ts';

/** The same for both orders of a pair. */
export const pairKey = (a: string, b: string): string => [a, b].sort().join(' ');

/**
 * The pairs that were said to be two people, by {@link pairKey}. A file that was joined since stands for
 * the one that remains.
 */
export async function distinctPairs(tx: Transaction): Promise<Set<string>> {
  const marks = await tx.personDistinct.findMany({
    where: { endedAt: null },
    select: { firstPerson: true, secondPerson: true },
  });
  const remaining = await remainingOfAll(
    tx,
    marks.flatMap((one) => [one.firstPerson, one.secondPerson]),
  );
  const of = (id: string) => remaining.get(id) ?? id;
  return new Set(
    marks.map(({ firstPerson, secondPerson }) => pairKey(of(firstPerson), of(secondPerson))),
  );
}
