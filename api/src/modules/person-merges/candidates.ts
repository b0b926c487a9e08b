import type { Transaction } from '../../platform/db/database.ts';
import type { PossibleDouble } from '../../platform/facts.ts';
import { readFacts } from '../facts.ts';
import type { PeopleBirths } from '../people/born.ts';
import { distinctPairs } from './distinct-pairs.ts';
import type { Candidate } from './schema.ts';

type Reason = Candidate['reasons'][number];

/** Most pairs in one answer: the rest comes once these are joined or corrected. */
const MOST_SHOWN = 100;

/** The reasons of pairs that all modules know, by the two ids. */
async function pairsOf(tx: Transaction): Promise<Map<string, PossibleDouble[]>> {
  const pairs = new Map<string, PossibleDouble[]>();
  for (const { merge } of await readFacts()) {
    for (const one of (await merge?.doubles?.(tx)) ?? []) {
      const key = [...one.people].sort().join(' ');
      pairs.set(key, [...(pairs.get(key) ?? []), one]);
    }
  }
  return pairs;
}

/**
 * Files that may be of one person: the same identity number, the same id in another system, or the same name together
 * with the same phone or day of birth. The same name alone is no reason, nor is a pair that was marked as two people.
 */
export async function findCandidates(
  tx: Transaction,
  tenant: string,
  births: PeopleBirths,
): Promise<Candidate[]> {
  const pairs = await pairsOf(tx);
  const ids = [...new Set([...pairs.keys()].flatMap((key) => key.split(' ')))];
  const born = await births.bornOn(tx, tenant, ids);
  const people = new Map(
    (
      await tx.person.findMany({
        where: { id: { in: ids }, mergedInto: null },
        select: { id: true, name: true, employeeNo: true, status: true },
      })
    ).map((one) => [one.id, { ...one, status: one.status as 'active' | 'left' }]),
  );
  const distinct = await distinctPairs(tx);
  const found: Candidate[] = [];
  for (const [key, doubles] of pairs) {
    const [a, b] = key.split(' ').map((id) => people.get(id));
    if (!a || !b || distinct.has(key)) continue;
    const [bornA, bornB] = [born.get(a.id), born.get(b.id)];
    const reasons = new Set<Reason>();
    for (const { reason } of doubles) {
      if (reason === 'phone') reasons.add('name-phone');
      else if (reason !== 'name') reasons.add(reason);
      else if (bornA !== undefined && bornA === bornB) reasons.add('name-birth');
    }
    if (reasons.size > 0) found.push({ people: [a, b], reasons: [...reasons].sort() });
  }
  return found.sort((a, b) => b.reasons.length - a.reasons.length).slice(0, MOST_SHOWN);
}
