import type { ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { mayBeNamedAt, namedSince } from '../consent/gate.ts';
import { leaveOut, mayBeNamed } from './identity.ts';
import { keepRecusalOf } from './recusal.ts';
import type { ViolationRow } from './repository.ts';

/** A stretch of a binding that was of another person. */
export interface Rebinding {
  /** The binding by which candidates were found. */
  binding: string;
  wrong: string;
  right: string;
  from: Date;
  to: Date | null;
}

/** A violation that names the wrong person by the binding. */
export interface Depending {
  row: ViolationRow;
  /** Of the badge. */
  handles: string[];
  /** It is of the wrong person; else that one is a candidate alone. */
  named: boolean;
  what: 'moves' | 'name-goes' | 'check';
  why: 'not-agreed' | 'own-verdict' | 'chosen' | null;
}

/** What is needed to move one back: no person beside the two of the correction. */
export interface ViolationKept {
  id: string;
  handles: string[];
  named: boolean;
  /** As it was, where handles were taken out of it; null where they stayed. */
  identity: ViolationIdentity | null;
  /** After the correction: with another one, it changed since. */
  version: number;
}

/** The violations that name a person by a binding, the oldest first, and what becomes of each. */
export async function dependingOn(
  tx: Transaction,
  { binding, wrong, right, from, to }: Rebinding,
): Promise<Depending[]> {
  const found = await sqlIn(tx)<{ id: string; handles: string[]; agreed: boolean }>(Prisma.sql`
    SELECT v.id, array_agg(c.handle ORDER BY c.handle) AS handles,
      bool_and(${namedSince(Prisma.sql`${right}`)} IS NOT NULL) AS agreed
    FROM violation_candidate c JOIN violation v ON v.tenant_id = c.tenant_id AND v.id = c.violation_id
    WHERE c.badge_id = ${binding} AND c.person_id = ${wrong} AND v.started_at >= ${from}
      AND (${to}::timestamptz IS NULL OR v.started_at < ${to}::timestamptz)
    GROUP BY v.id`);
  const of = new Map(found.map((one) => [one.id, one]));
  const rows = await tx.violation.findMany({
    where: { id: { in: [...of.keys()] } },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
  });
  const own = await tx.appUser.findMany({ where: { personId: right }, select: { id: true } });
  const list: Depending[] = [];
  for (const row of rows) {
    const { handles = [], agreed = false } = of.get(row.id) ?? {};
    const { handle } = (row.identity ?? { handle: null }) as Pick<ViolationIdentity, 'handle'>;
    const isByBadge = row.personId === wrong && row.personBasis === 'badge';
    const named = isByBadge && handle !== null && handles.includes(handle);
    const [then] = await sqlIn(tx)<{ agreed: boolean }>(
      Prisma.sql`SELECT ${mayBeNamedAt(Prisma.sql`${right}`, row.startedAt)} AS agreed`,
    );
    const why =
      row.personBasis === 'reviewer'
        ? 'chosen'
        : !(agreed && then?.agreed)
          ? 'not-agreed'
          : own.some(({ id }) => id === row.reviewedBy)
            ? 'own-verdict'
            : null;
    const what = why === null ? 'moves' : why === 'chosen' ? 'check' : 'name-goes';
    list.push({ row, handles, named, what, why });
  }
  return list;
}

/** Holds violations against verdicts and withdrawals. */
export const holdViolations = (tx: Transaction, ids: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT id FROM violation WHERE id = ANY (${[...ids]}::text[]) ORDER BY id FOR UPDATE`);

/**
 * Moves one to the right person, or takes the wrong name out.
 *
 * @param binding that of the right person.
 * @returns what is needed to move it back.
 */
export async function moveName(
  tx: Transaction,
  { row, handles, named, what }: Depending,
  { wrong, right }: Rebinding,
  binding: string,
): Promise<ViolationKept> {
  const kept = { id: row.id, handles, named, version: row.version + 1 };
  if (what === 'name-goes') {
    await leaveOut(tx, row, wrong, handles);
    // Who may have been it does not judge it, named or not.
    await keepRecusalOf(tx, row.id, right);
    return { ...kept, identity: row.identity as ViolationIdentity | null };
  }
  await tx.violationCandidate.updateMany({
    where: { violationId: row.id, handle: { in: handles } },
    data: { personId: right, badgeId: binding },
  });
  await tx.violation.updateMany({
    where: { id: row.id },
    data: {
      ...(named ? { personId: right, personConsentEndedAt: null } : {}),
      version: { increment: 1 },
    },
  });
  return { ...kept, identity: null };
}

/**
 * Moves one back that did not change since. A name that may not be given any more stays out of what no reviewer confirmed.
 *
 * @param binding that of the wrong person again.
 * @returns whether it did.
 */
export async function moveNameBack(
  tx: Transaction,
  tenantId: string,
  { id, handles, named, identity, version }: ViolationKept,
  { binding, wrong }: Pick<Rebinding, 'binding' | 'wrong'>,
): Promise<boolean> {
  const row = await tx.violation.findFirst({ where: { id, version } });
  if (!row) return false;
  if (!(await mayBeNamed(tx, wrong)) && row.status !== 'confirmed') return false;
  await tx.violationCandidate.deleteMany({
    where: { violationId: id, handle: { in: handles } },
  });
  await tx.violationCandidate.createMany({
    data: handles.map((handle) => ({
      tenantId,
      violationId: id,
      handle,
      personId: wrong,
      badgeId: binding,
    })),
  });
  await tx.violation.updateMany({
    where: { id },
    data: {
      ...(identity === null ? {} : { identity }),
      ...(named ? { personId: wrong, personBasis: 'badge' } : {}),
      version: { increment: 1 },
    },
  });
  return true;
}
