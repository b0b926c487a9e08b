import { Prisma } from '../../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../../platform/db/database.ts';
import { inForceSince } from '../../consent/gate.ts';

/** The consent purpose for using pictures to improve the models. */
export const TRAINING_PURPOSE = 'training-data';

/** Site and period in which a person who refused may be in a picture. */
export interface Refusal {
  /** Null where the person's department belongs to no site: all sites. */
  site: string | null;
  from: Date | null;
  /** The day after the last one; null for a current employee. */
  to: Date | null;
}

/**
 * Refusals and withdrawals of picture use for training. A picture alone does not identify people, so
 * a refusal applies to every picture of the person's site, from their first day to their last. Of whom
 * a badge says that they are in it, see {@link shownWithoutConsent}.
 */
export function findRefusals(tx: Transaction): Promise<Refusal[]> {
  return tx.$queryRaw<Refusal[]>`
    SELECT d.site, p.hired_on::timestamptz AS "from",
      (p.left_on + interval '1 day')::timestamptz AS "to"
    FROM (
      SELECT DISTINCT ON (person_id) person_id, decision FROM consent
      WHERE purpose_id = ${TRAINING_PURPOSE} ORDER BY person_id, seq DESC
    ) newest
    JOIN person p ON p.id = newest.person_id
    JOIN department d ON d.id = p.department_id
    WHERE newest.decision IN ('refused', 'withdrawn')`;
}

export function isRefused(
  { site, startedAt }: { site: string; startedAt: Date },
  refusals: readonly Refusal[],
): boolean {
  return refusals.some(
    (one) =>
      (one.site === null || one.site === site) &&
      (one.from === null || startedAt >= one.from) &&
      (one.to === null || startedAt < one.to),
  );
}

/**
 * Those of some violations in which a badge shows a person, or a candidate, who has not agreed to the use for training:
 * a person who was never asked has not agreed. Where a person was taken out of the record, it cannot be asked any more.
 */
export async function shownWithoutConsent(
  tx: Transaction,
  violations: readonly string[],
): Promise<Set<string>> {
  if (violations.length === 0) return new Set();
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT v.id FROM violation v WHERE v.id = ANY (${[...violations]}::text[]) AND v.shows_left_out
    UNION SELECT n.id FROM (
      SELECT c.violation_id AS id, c.person_id FROM violation_candidate c
      WHERE c.violation_id = ANY (${[...violations]}::text[])
      UNION SELECT v.id, v.person_id FROM violation v
      WHERE v.id = ANY (${[...violations]}::text[]) AND v.person_id IS NOT NULL
    ) n WHERE ${inForceSince(Prisma.sql`n.person_id`, TRAINING_PURPOSE)} IS NULL`);
  return new Set(rows.map(({ id }) => id));
}

/** Time of the last refusal or withdrawal: earlier sets are invalid. */
export async function lastRefusalAt(tx: Transaction): Promise<Date | null> {
  const newest = await tx.consent.findFirst({
    where: { purposeId: TRAINING_PURPOSE, decision: { in: ['refused', 'withdrawn'] } },
    orderBy: { seq: 'desc' },
    select: { at: true },
  });
  return newest?.at ?? null;
}
