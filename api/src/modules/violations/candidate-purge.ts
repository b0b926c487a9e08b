import type { Bilingual, ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Purger, Removed } from '../../platform/facts.ts';
import { readFacts } from '../facts.ts';
import { personColumns } from './identity.ts';
import { keepRecusalOf, keepRecusals } from './recusal.ts';

/** The policy of names that no verdict made a record of. */
export const CANDIDATES = 'violation-candidates';

const TERM_OVER: Bilingual = {
  zh: '姓名与候选已按保存期限删除：没有结论认定此人',
  en: 'Names and candidates were removed at the end of their term: no verdict was given against a person',
};
const WITHOUT_NAMES: ViolationIdentity = {
  state: 'ambiguous',
  handle: null,
  since: null,
  reasons: [TERM_OVER],
  candidates: [],
};

/**
 * SQL: when a violation `v` was dismissed, or, while it waits for a verdict, recorded; one that was opened again, since its last
 * verdict.
 */
const since = Prisma.sql`CASE v.status WHEN 'dismissed' THEN coalesce(v.reviewed_at, v.recorded_at)
  ELSE greatest(v.recorded_at, (SELECT max(d.at) FROM verdict d
    WHERE d.tenant_id = v.tenant_id AND d.violation_id = v.id)) END`;
/** SQL: `v` has a name or a candidate that no reviewer confirmed. A name by a sign-on rests on no badge. */
const hasNames = Prisma.sql`v.status IN ('pending', 'dismissed')
  AND (EXISTS (SELECT 1 FROM violation_candidate c WHERE c.tenant_id = v.tenant_id AND c.violation_id = v.id)
    OR (v.person_id IS NOT NULL AND v.person_basis <> 'session'))`;

/** SQL: the ids of violations that are held as evidence. */
async function heldIds(): Promise<Prisma.Sql> {
  const held = (await readFacts()).flatMap(({ violationsHeld }) => violationsHeld ?? []);
  return held.length > 0 ? Prisma.join(held, ' UNION ') : Prisma.sql`SELECT NULL::text`;
}

/**
 * Takes the names out of violations that no reviewer confirmed: of those that were dismissed, counted from the verdict, and of
 * those that were never reviewed; not out of those that are held as evidence. Who may not judge them stays kept by its mark.
 */
async function removeNames(tx: Transaction, cutoff: Date, most: number): Promise<Removed[]> {
  const rows = await sqlIn(tx)<Removed & { person: string | null }>(Prisma.sql`
    SELECT v.id, ${since} AS at, CASE WHEN v.person_basis <> 'session' THEN v.person_id END AS person
    FROM violation v
    WHERE ${hasNames} AND ${since} < ${cutoff} AND v.id NOT IN (
      SELECT h.id FROM (${await heldIds()}) h (id) WHERE h.id IS NOT NULL)
    ORDER BY v.id LIMIT ${most} FOR UPDATE OF v`);
  for (const { id, person } of rows) {
    await keepRecusals(tx, id, []);
    if (person !== null) await keepRecusalOf(tx, id, person);
    await tx.violationCandidate.deleteMany({ where: { violationId: id } });
    await tx.violation.updateMany({
      where: { id },
      data: {
        identity: WITHOUT_NAMES,
        // Whether they agreed to the training cannot be asked any more.
        showsLeftOut: true,
        ...(person === null ? {} : personColumns(null)),
        version: { increment: 1 },
      },
    });
  }
  return rows.map(({ id, at }) => ({ id, at }));
}

export const candidatePurger: Purger = {
  policy: CANDIDATES,
  most: 500,
  remove: removeNames,
  async held(tx, cutoff) {
    const [found] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM violation v
      WHERE ${hasNames} AND ${since} < ${cutoff} AND v.id IN (${await heldIds()})`);
    return found?.count ?? 0;
  },
};
