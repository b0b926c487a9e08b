import type { Transaction } from '../../platform/db/database.ts';
import type { MatchPerson } from '../match/input.ts';

type Visits = NonNullable<MatchPerson['visits']>;

/** Visits that ended longer before the instant than this decide nothing, ms. */
const BEFORE_MS = 24 * 3_600_000;

/**
 * The visits of people as the matcher takes them: from arrival to leaving, with the areas that may be entered.
 *
 * @returns by person; a person of whom no visit was ever announced is left out, and is judged by the file alone.
 */
export async function visitsForMatch(
  tx: Transaction,
  people: readonly string[],
  at: Date,
): Promise<Map<string, Visits>> {
  const rows = await tx.visit.findMany({
    where: { personId: { in: [...people] } },
    select: { personId: true, arrivedAt: true, leftAt: true, areas: true },
    orderBy: [{ personId: 'asc' }, { arrivedAt: 'asc' }, { id: 'asc' }],
  });
  const found = new Map<string, Visits>();
  for (const { personId, arrivedAt, leftAt, areas } of rows) {
    const own = found.get(personId) ?? [];
    found.set(personId, own);
    if (arrivedAt === null) continue;
    if (leftAt !== null && leftAt.getTime() < at.getTime() - BEFORE_MS) continue;
    own.push({
      from: arrivedAt.toISOString(),
      until: leftAt?.toISOString() ?? null,
      areas: areas as Visits[number]['areas'],
    });
  }
  return found;
}
