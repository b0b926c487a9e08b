import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { instantSql, isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
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

/** A qualification with what the matcher needs beside its state. */
export interface MatchFact extends QualificationFact {
  person: string;
  reviewedOn: string | null;
  /** The authority agreed to the longer interval of review. */
  reviewExtended: boolean;
  /** Of a restricted medical check: the exposures that it excludes. */
  notFor: readonly string[];
  /** When a second person checked it; null while it waits. */
  checkedAt: string | null;
}

/** What the matcher reads of people. */
export const createPersonFacts = (timeZone: string) => ({
  async factsOf(tx: Transaction, person: string, instant: Date): Promise<PersonQualifications> {
    const qualifications = (await factsOfPeople(tx, [person], instant)).get(person) ?? [];
    return { person, at: instant.toISOString(), timeZone, qualifications };
  },

  /**
   * All that counts, will count, ended or waits for a check, ordered by id: the matcher says why one does not. Its rows are for
   * {@link matchFacts}.
   */
  forMatch: (people: readonly string[]): MatchQueries => ({
    qualifications: queryOf(Prisma.sql`
      SELECT q.id, q.type, q.category, q.level, q.result, q.person_id AS person, q.not_for AS "notFor",
        q.issued_on::text AS "issuedOn", q.valid_from::text AS "validFrom", q.valid_until::text AS "validUntil",
        q.reviewed_on::text AS "reviewedOn", q.review_due_on::text AS "reviewDueOn",
        q.review_extended_until IS NOT NULL AS "reviewExtended", ${instantSql(Prisma.sql`q.revoked_at`)} AS "revokedAt",
        CASE q.status WHEN 'counted' THEN ${instantSql(Prisma.sql`q.checked_at`)} END AS "checkedAt"
      FROM qualification q
      WHERE ${isOneOfSql(Prisma.sql`q.person_id`, people)} AND q.status IN ('counted', 'waiting') ORDER BY q.id`),
    suspensions: queryOf(Prisma.sql`
      SELECT s.qualification_id AS id, ${instantSql(Prisma.sql`s.from_at`)} AS "from",
        ${instantSql(Prisma.sql`s.until_at`)} AS until
      FROM qualification_suspension s
      JOIN qualification q ON q.tenant_id = s.tenant_id AND q.id = s.qualification_id
      WHERE ${isOneOfSql(Prisma.sql`q.person_id`, people)} ORDER BY s.from_at`),
  }),
});

/** The facts of the rows of `forMatch`. */
export function matchFacts(
  rows: readonly MatchRow[],
  paused: readonly (Period & { id: string })[],
): MatchFact[] {
  const suspensions = new Map<string, Period[]>();
  for (const { id, from, until } of paused) {
    const own = suspensions.get(id) ?? [];
    own.push({ from, until });
    suspensions.set(id, own);
  }
  return rows.map((row) => ({ ...row, suspensions: suspensions.get(row.id) ?? [] }));
}

type Period = QualificationFact['suspensions'][number];
type MatchRow = Omit<MatchFact, 'suspensions'>;
export type MatchQueries = {
  readonly qualifications: Query<MatchRow>;
  readonly suspensions: Query<Period & { id: string }>;
};
