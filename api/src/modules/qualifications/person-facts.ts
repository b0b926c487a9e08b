import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { QualificationFact } from './state.ts';

/** The qualifications of a person that counted in the register at an instant. Pure data. */
export interface PersonQualifications {
  person: string;
  /** RFC 3339. */
  at: string;
  /** Of the plant: in it days begin and end. */
  timeZone: string;
  /** Ordered by id. `stateAt` and `meets` say what they are worth. */
  qualifications: readonly QualificationFact[];
}

export const withSuspensions = {
  suspensions: { orderBy: { from: 'asc' } },
} satisfies Prisma.QualificationInclude;
type Row = Prisma.QualificationGetPayload<{ include: typeof withSuspensions }>;

export const factOf = (row: Row): QualificationFact => ({
  id: row.id,
  type: row.type as QualificationFact['type'],
  category: row.category,
  level: row.level,
  issuedOn: dayText(row.issuedOn),
  validFrom: dayText(row.validFrom),
  validUntil: dayText(row.validUntil),
  reviewDueOn: dayText(row.reviewDueOn),
  result: row.result as QualificationFact['result'],
  suspensions: row.suspensions.map(({ from, until }) => ({
    from: from.toISOString(),
    until: until?.toISOString() ?? null,
  })),
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

/**
 * The facts of people at an instant: what was entered or accepted by then. What waits for a check is
 * none of them.
 *
 * @returns by the id of the person; people without any have an empty list.
 */
export async function factsOfPeople(
  tx: Transaction,
  people: readonly string[],
  instant: Date,
): Promise<ReadonlyMap<string, readonly QualificationFact[]>> {
  const rows = await tx.qualification.findMany({
    where: { personId: { in: [...people] }, status: 'counted', checkedAt: { lte: instant } },
    include: withSuspensions,
    orderBy: { id: 'asc' },
  });
  const found = new Map<string, QualificationFact[]>(people.map((id) => [id, []]));
  for (const row of rows) found.get(row.personId)?.push(factOf(row));
  return found;
}

/** What the matcher reads of a person. */
export const createPersonFacts = (timeZone: string) => ({
  async factsOf(tx: Transaction, person: string, instant: Date): Promise<PersonQualifications> {
    const qualifications = (await factsOfPeople(tx, [person], instant)).get(person) ?? [];
    return { person, at: instant.toISOString(), timeZone, qualifications };
  },
});
