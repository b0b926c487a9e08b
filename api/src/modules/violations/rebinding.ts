import type { Bilingual, ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { mayBeNamedAt, namedSince } from '../consent/gate.ts';
import { isBySession, mayBeNamed, personColumns, without } from './identity.ts';
import { leaveOut } from './identity-withdrawal.ts';
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
  /** Of the badge; none where a later statement left the wrong person out of the candidates. */
  handles: string[];
  /** It is of the wrong person by this binding; else that one is a candidate alone, or was chosen. */
  named: boolean;
  what: 'moves' | 'name-goes' | 'check';
  why: 'not-agreed' | 'own-verdict' | 'withdrawn' | 'two-places' | 'chosen' | 'sign-on' | null;
  /** Whether the right person comes into the candidates; else the wrong one goes alone. */
  isNamable: boolean;
}

/** What is needed to move one back: no person beside the two of the correction. */
export interface ViolationKept {
  id: string;
  handles: string[];
  named: boolean;
  /** As it was, where it was changed; null where it stayed. */
  identity: ViolationIdentity | null;
  /** When the wrong person had taken back a consent, of a record that stayed by legal duty; ISO 8601. */
  consentEndedAt: string | null;
  /** After the correction: with another one, it changed since. */
  version: number;
}

/** What is left of the identity of a record whose sign-on was with the card of another person. */
const CARD_CORRECTED: Bilingual = {
  zh: '签到所用工牌的登记已更正：当时的操作人未知',
  en: 'The binding of the card of the sign-on was corrected: who operated the machine is not known',
};

/**
 * The violations that name a person by a binding, the oldest first, and what becomes of each. One that names a person by a
 * sign-on with the card loses the name: whether the right person may operate the machine is another question.
 *
 * @param most more than these are not looked at: then there is one more.
 */
export async function dependingOn(
  tx: Transaction,
  { binding, wrong, right, from, to }: Rebinding,
  most: number,
): Promise<Depending[]> {
  // By the verdict, too: a later statement takes the candidate, and not the name of a confirmed record.
  const found = await sqlIn(tx)<{ id: string; handles: string[]; agreed: boolean }>(Prisma.sql`
    WITH own AS (
      SELECT c.violation_id AS id, c.handle FROM violation_candidate c
      WHERE c.badge_id = ${binding} AND c.person_id = ${wrong}
      UNION ALL
      SELECT v.id, NULL FROM violation v
      WHERE v.person_badge_id = ${binding} AND v.person_id = ${wrong}
        AND (v.status = 'confirmed' OR v.person_basis = 'session'))
    SELECT v.id, array_remove(array_agg(own.handle ORDER BY own.handle), NULL) AS handles,
      ${namedSince(Prisma.sql`${right}`)} IS NOT NULL
        AND ${mayBeNamedAt(Prisma.sql`${right}`, Prisma.sql`v.started_at`)} AS agreed
    FROM own JOIN violation v ON v.id = own.id
    WHERE ${shownAt} >= ${from} AND (${to}::timestamptz IS NULL OR ${shownAt} < ${to}::timestamptz)
    GROUP BY v.id, v.started_at ORDER BY v.started_at, v.id LIMIT ${most + 1}`);
  const of = new Map(found.map((one) => [one.id, one]));
  const rows = await tx.violation.findMany({
    where: { id: { in: [...of.keys()] } },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
  });
  const own = await tx.appUser.findMany({ where: { personId: right }, select: { id: true } });
  return rows.map((row) => {
    const { handles = [], agreed = false } = of.get(row.id) ?? {};
    const { handle } = (row.identity ?? { handle: null }) as Pick<ViolationIdentity, 'handle'>;
    const isByThis =
      row.status === 'confirmed' && row.personBadgeId !== null
        ? row.personBadgeId === binding
        : handle !== null && handles.includes(handle);
    const isOfWrong = row.personId === wrong;
    if (isOfWrong && isBySession(row) && row.personBadgeId === binding) {
      return { row, handles, named: true, what: 'name-goes', why: 'sign-on', isNamable: false };
    }
    const refusal = !agreed
      ? ('not-agreed' as const)
      : own.some(({ id }) => id === row.reviewedBy)
        ? ('own-verdict' as const)
        : null;
    const isChosen = isOfWrong && row.personBasis === 'reviewer';
    return {
      row,
      handles,
      named: isOfWrong && row.personBasis === 'badge' && isByThis,
      what: isChosen ? 'check' : refusal === null ? 'moves' : 'name-goes',
      why: isChosen ? 'chosen' : refusal,
      isNamable: refusal === null,
    };
  });
}

/** When the card of a row of `violation v` was shown: that of a sign-on before the violation began. */
const shownAt = Prisma.sql`(CASE WHEN v.person_basis = 'session'
  THEN (v.identity->>'since')::timestamptz ELSE v.started_at END)`;

/** Holds violations against verdicts and withdrawals. */
export const holdViolations = (tx: Transaction, ids: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT id FROM violation WHERE id = ANY (${[...ids]}::text[]) ORDER BY id FOR UPDATE`);

/** Candidates of a person in a time who do not say by which badge they were found. */
export async function countUnlinked(
  tx: Transaction,
  { wrong, from, to }: Pick<Rebinding, 'wrong' | 'from' | 'to'>,
): Promise<number> {
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(DISTINCT v.id)::int AS count FROM violation_candidate c JOIN violation v ON v.id = c.violation_id
    WHERE c.person_id = ${wrong} AND c.badge_id IS NULL AND v.started_at >= ${from}
      AND (${to}::timestamptz IS NULL OR v.started_at < ${to}::timestamptz)`);
  return row?.count ?? 0;
}

/**
 * Moves one to the right person, or takes the wrong name out. Whom a reviewer chose stays until a new verdict; the candidates
 * follow, so that one offers the right person.
 *
 * @param binding that of the right person.
 * @returns what is needed to move it back.
 */
export async function moveName(
  tx: Transaction,
  { row, handles, named, isNamable }: Depending,
  { wrong, right }: Pick<Rebinding, 'wrong' | 'right'>,
  binding: string,
): Promise<ViolationKept> {
  const kept = {
    id: row.id,
    handles,
    named,
    consentEndedAt: row.personConsentEndedAt?.toISOString() ?? null,
    version: row.version + 1,
  };
  // Candidates are recused from judging, also without a name on the record.
  for (const one of [wrong, right]) await keepRecusalOf(tx, row.id, one);
  if (isBySession(row) && named) {
    const before = row.identity as ViolationIdentity;
    const identity: ViolationIdentity = {
      ...before,
      state: 'unbadged',
      since: null,
      reasons: [CARD_CORRECTED],
    };
    await tx.violation.updateMany({
      where: { id: row.id },
      data: { identity, ...personColumns(null), version: { increment: 1 } },
    });
    return { ...kept, identity: before };
  }
  if (!isNamable) {
    await leaveOut(tx, row, named ? wrong : null, handles);
    return { ...kept, identity: row.identity as ViolationIdentity | null };
  }
  await tx.violationCandidate.updateMany({
    where: { violationId: row.id, handle: { in: handles } },
    data: { personId: right, badgeId: binding },
  });
  await tx.violation.updateMany({
    where: { id: row.id },
    data: {
      ...(named ? { personId: right, personBadgeId: binding, personConsentEndedAt: null } : {}),
      version: { increment: 1 },
    },
  });
  return { ...kept, identity: null };
}

/** Gives what was found by some bindings to another one: all of it, or from a moment on. */
export async function relink(
  tx: Transaction,
  { from, to, since = null }: { from: readonly string[]; to: string; since?: Date | null },
): Promise<void> {
  const begun = Prisma.sql`(${since}::timestamptz IS NULL OR v.started_at >= ${since}::timestamptz)`;
  await sqlIn(tx)(Prisma.sql`
    UPDATE violation_candidate c SET badge_id = ${to} FROM violation v
    WHERE v.tenant_id = c.tenant_id AND v.id = c.violation_id AND c.badge_id = ANY (${[...from]}::text[]) AND ${begun}`);
  await sqlIn(tx)(Prisma.sql`
    UPDATE violation v SET person_badge_id = ${to}
    WHERE v.person_badge_id = ANY (${[...from]}::text[]) AND ${begun}`);
}

/** Named by a sign-on: without the handle of a badge that was followed. */
const isOfSignOn = ({ state, handle }: ViolationIdentity): boolean =>
  state === 'confirmed' && handle === null;

/** Whether a record that a correction took a name from is as it was left, and the name may be given again. */
export async function isRestorable(
  tx: Transaction,
  row: ViolationRow,
  { named, identity, version }: ViolationKept,
  wrong: string,
): Promise<boolean> {
  if (identity === null || row.version !== version) return false;
  if (isOfSignOn(identity)) return true;
  // What was confirmed of a person stays by legal duty.
  return (named && row.status === 'confirmed') || (await mayBeNamed(tx, wrong));
}

/**
 * Puts back a name that a correction took out of a record. Handles of others who were taken out with it stay out.
 *
 * @param binding that of the person again.
 */
export async function restoreName(
  tx: Transaction,
  tenantId: string,
  { id, handles, named, identity, consentEndedAt }: ViolationKept,
  { binding, wrong, right }: Pick<Rebinding, 'binding' | 'wrong' | 'right'>,
): Promise<void> {
  await keepRecusalOf(tx, id, right);
  if (identity !== null && isOfSignOn(identity)) {
    const person = { personId: wrong, personBasis: 'session', personBadgeId: binding };
    await tx.violation.updateMany({
      where: { id },
      data: { identity, ...person, version: { increment: 1 } },
    });
    return;
  }
  await tx.violationCandidate.deleteMany({ where: { violationId: id, handle: { in: handles } } });
  const others = await tx.violationCandidate.findMany({
    where: { violationId: id },
    select: { handle: true },
  });
  const known = new Set([...handles, ...others.map(({ handle }) => handle)]);
  const now = identity && without(identity, (handle) => !known.has(handle));
  const stays = handles.filter(
    (handle) =>
      now?.handle === handle || (now?.candidates.some((one) => one.handle === handle) ?? false),
  );
  await tx.violationCandidate.createMany({
    data: stays.map((handle) => ({
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
      ...(now ? { identity: now } : {}),
      ...(named ? { personId: wrong, personBasis: 'badge', personBadgeId: binding } : {}),
      version: { increment: 1 },
    },
  });
  if (named) await keepConsentEnd(tx, id, wrong, consentEndedAt);
}

/** Marks a record of a person whose consent ended, as it was marked before or as it is now. */
export async function keepConsentEnd(
  tx: Transaction,
  id: string,
  person: string,
  endedAt: string | null,
): Promise<void> {
  const isNamable = endedAt === null && (await mayBeNamed(tx, person));
  await tx.violation.updateMany({
    where: { id },
    data: {
      personConsentEndedAt: isNamable ? null : endedAt === null ? new Date() : new Date(endedAt),
    },
  });
}
