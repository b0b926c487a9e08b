import type { Bilingual, ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { namedSince } from '../consent/gate.ts';
import { suspectHandles } from '../locations/suspects.ts';
import { dayAt, resolveHandles } from '../positions/handles.ts';
import { keepRecusals } from './recusal.ts';
import type { ViolationRow } from './repository.ts';

/** What is left of an identity where a person does not agree to be named. */
const NAME_LEFT_OUT: Bilingual = {
  zh: '有姓名未显示：当事人未同意或已撤回同意',
  en: 'A name is left out: the person did not agree, or took the agreement back',
};
const TWO_PLACES: Bilingual = {
  zh: '同一工牌同时在另一处被确认，两处均不作数',
  en: 'The same badge was confirmed in another place at the same time: neither counts',
};
const TOO_LATE: Bilingual = {
  zh: '姓名成立的时间晚于违章开始，之前可能是别人',
  en: 'The name holds only from after the violation began: before it may have been another person',
};
const HANDED_OVER: Bilingual = {
  zh: '该工牌在画面中被转交，尚未有人核实',
  en: 'The badge was handed over in view, and no person has looked since',
};
/** Of a badge that was confirmed in two places, one of which may be right. */
const ONE_OF_TWO = 0.5;
const MOST_REASONS = 12;
/** A violation lasts no longer, and nothing is said of it later. */
const LATEST_MS = 86_400_000;

/** Who a handle of an identity is. */
interface Candidate {
  handle: string;
  person: string;
}

/** An identity as the API takes it for true. */
export interface ResolvedIdentity {
  /** Without those who may not be named; null where the worker named a handle that it cannot know. */
  identity: ViolationIdentity | null;
  /** Who it was, where that is confirmed. */
  person: string | null;
  candidates: Candidate[];
  isForged: boolean;
}

const NOTHING = { identity: null, person: null, candidates: [], isForged: false };

/**
 * Resolves the handles that a worker named: each to the wearer of the badge when the violation began, who
 * agrees to be named.
 *
 * @param times.said when the worker said it.
 */
export async function resolveIdentity(
  tx: Transaction,
  timeZone: string,
  identity: ViolationIdentity | null,
  times: { startedAt: string; said: string },
): Promise<ResolvedIdentity> {
  if (identity === null) return NOTHING;
  const all = [identity.handle, ...identity.candidates.map(({ handle }) => handle)];
  const handles = [...new Set(all.filter((one) => one !== null))];
  const startedAt = new Date(times.startedAt);
  // A worker hears of no handle later than this: it follows who it was for a minute after the end.
  const latest = Math.min(Date.parse(times.said), startedAt.getTime() + LATEST_MS);
  const days = [startedAt, new Date(latest)].map((at) => dayAt(timeZone, at));
  const known = await resolveHandles(tx, handles, startedAt, days as [string, string]);
  if (handles.some((handle) => !known.has(handle))) return { ...NOTHING, isForged: true };
  const candidates = handles.flatMap((handle) => {
    const person = known.get(handle) ?? null;
    return person === null ? [] : [{ handle, person }];
  });
  const isHeld = identity.since !== null && new Date(identity.since) <= startedAt;
  const dated = isHeld ? identity : ambiguousOf(identity, TOO_LATE);
  const suspect = await suspectHandles(tx, handles, new Date(times.said));
  const isSuspect = dated.handle !== null && suspect.has(dated.handle);
  const held = isSuspect ? ambiguousOf(dated, HANDED_OVER) : dated;
  const left = without(held, (handle) => (known.get(handle) ?? null) === null);
  const person = left.handle === null ? null : (known.get(left.handle) ?? null);
  const stays = (handle: string) =>
    left.handle === handle || left.candidates.some((one) => one.handle === handle);
  return {
    identity: left,
    person,
    candidates: candidates.filter(({ handle }) => stays(handle)),
    isForged: false,
  };
}

/**
 * An identity without some handles. Where the confirmed one goes, or one that is not less probable than the
 * best who stays, all go: those who stood beside would look more probable than they are.
 */
export function without(
  identity: ViolationIdentity,
  isLeftOut: (handle: string) => boolean,
): ViolationIdentity {
  const candidates = identity.candidates.filter(({ handle }) => !isLeftOut(handle));
  const losesName = identity.handle !== null && isLeftOut(identity.handle);
  if (!losesName && candidates.length === identity.candidates.length) return identity;
  const best = (of: typeof candidates) => Math.max(0, ...of.map(({ posterior }) => posterior));
  const gone = identity.candidates.filter(({ handle }) => isLeftOut(handle));
  const losesBest = identity.handle === null && best(gone) >= best(candidates);
  if (losesName || losesBest) {
    const reasons = [NAME_LEFT_OUT];
    return { state: 'unbadged', handle: null, since: null, reasons, candidates: [] };
  }
  return { ...identity, reasons: andReason(identity.reasons, NAME_LEFT_OUT), candidates };
}

/** A confirmed identity that is not relied on, such as of a badge that was confirmed in another place as well. */
function ambiguousOf(identity: ViolationIdentity, why: Bilingual): ViolationIdentity {
  const { handle, candidates } = identity;
  if (handle === null) return identity;
  const known = candidates.find((one) => one.handle === handle);
  const posterior = Math.min(known?.posterior ?? 1, ONE_OF_TWO);
  const others = candidates.filter((one) => one !== known);
  return {
    state: 'ambiguous',
    handle: null,
    since: null,
    reasons: andReason(identity.reasons, why),
    candidates: [{ handle, posterior, explanation: why }, ...others].slice(0, 10),
  };
}

/** The badge that an identity was made ambiguous for, as it was confirmed in another place, too. */
const contestedHandle = (identity: ViolationIdentity | null): string | null =>
  identity?.candidates.find(({ explanation }) => explanation.en === TWO_PLACES.en)?.handle ?? null;

const andReason = (reasons: readonly Bilingual[], one: Bilingual): Bilingual[] =>
  [...reasons.filter(({ en }) => en !== one.en), one].slice(-MOST_REASONS);

/**
 * Keeps whom the handles of a violation are of, in the place of what was kept before. Who is a candidate no more does not
 * judge it either.
 */
export async function keepCandidates(
  tx: Transaction,
  tenantId: string,
  violationId: string,
  candidates: readonly Candidate[],
): Promise<void> {
  const before = await tx.violationCandidate.findMany({ where: { violationId } });
  if (before.length > 0) {
    const stays = before.filter((one) => candidates.some(({ person }) => person === one.personId));
    await keepRecusals(
      tx,
      violationId,
      stays.map(({ handle }) => handle),
    );
    await tx.violationCandidate.deleteMany({ where: { violationId } });
  }
  await tx.violationCandidate.createMany({
    data: candidates.map(({ handle, person }) => ({
      tenantId,
      violationId,
      handle,
      personId: person,
    })),
  });
  await sqlIn(tx)(Prisma.sql`
    UPDATE violation_candidate c SET badge_id = h.badge_id FROM badge_handle h
    WHERE c.violation_id = ${violationId} AND h.handle = c.handle`);
}

/** Named by a sign-on at a machine: it rests on no badge that was followed, and on no consent to that. */
export const isBySession = ({ personBasis }: Pick<ViolationRow, 'personBasis'>): boolean =>
  personBasis === 'session';

/** The columns of the person of a violation by its identity. */
export const personColumns = (person: string | null) => ({
  personId: person,
  personBasis: person === null ? null : 'badge',
  personReason: null,
  personConsentEndedAt: null,
  // A verdict notes it.
  personBadgeId: null,
});

/** Why a confirmed identity is not relied on after all. */
const DOUBTS = { 'two-places': TWO_PLACES, 'handed-over': HANDED_OVER };

/**
 * Makes a confirmed identity ambiguous, as the badge was confirmed elsewhere, too, or was handed over before. What a
 * reviewer confirmed stays as it is.
 */
export async function makeAmbiguous(
  tx: Transaction,
  row: ViolationRow,
  why: keyof typeof DOUBTS = 'two-places',
): Promise<ViolationRow> {
  const identity = row.identity as ViolationIdentity | null;
  if (row.status === 'confirmed' || identity === null || identity.handle === null) return row;
  await tx.violation.updateMany({
    where: { id: row.id },
    data: {
      identity: ambiguousOf(identity, DOUBTS[why]),
      ...personColumns(null),
      version: { increment: 1 },
    },
  });
  return tx.violation.findFirstOrThrow({ where: { id: row.id } });
}

/**
 * Who it was by the identity alone, without what a reviewer chose.
 *
 * @returns null unless the identity is confirmed.
 */
export async function confirmedPerson(tx: Transaction, row: ViolationRow): Promise<string | null> {
  if (isBySession(row)) return row.personId;
  const identity = row.identity as ViolationIdentity | null;
  if (identity?.handle == null || row.personConsentEndedAt !== null) return null;
  const found = await tx.violationCandidate.findFirst({
    where: { violationId: row.id, handle: identity.handle },
  });
  return found && (await mayBeNamed(tx, found.personId)) ? found.personId : null;
}

/** Whether a person agrees to all that a name needs, by notices that hold. */
export async function mayBeNamed(tx: Transaction, person: string): Promise<boolean> {
  const [row] = await sqlIn(tx)<{ since: Date | null }>(
    Prisma.sql`SELECT ${namedSince(Prisma.sql`${person}`)} AS since`,
  );
  return (row?.since ?? null) !== null;
}

/** Those of some people who agree to all that a name needs, by notices that hold. */
export async function thoseWhoMayBeNamed(
  tx: Transaction,
  people: readonly string[],
): Promise<Set<string>> {
  if (people.length === 0) return new Set();
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT p.id FROM person p WHERE p.id = ANY (${[...new Set(people)]}::text[])
      AND ${namedSince(Prisma.sql`p.id`)} IS NOT NULL`);
  return new Set(rows.map(({ id }) => id));
}

/** The violations of a time that are ambiguous because this person was confirmed in two places. */
export async function contestedOf(
  tx: Transaction,
  person: string,
  from: Date,
  until: Date,
): Promise<string[]> {
  const rows = await tx.violationCandidate.findMany({
    where: { personId: person, violation: { startedAt: { gte: from, lte: until } } },
    select: { handle: true, violationId: true, violation: { select: { identity: true } } },
  });
  return rows
    .filter(
      ({ handle, violation }) =>
        contestedHandle(violation.identity as ViolationIdentity | null) === handle,
    )
    .map(({ violationId }) => violationId);
}
