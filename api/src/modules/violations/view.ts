import type { ViolationIdentity } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { thoseWhoMayBeNamed, without } from './identity.ts';
import type { UnqualifiedOperator } from './operator-schema.ts';
import { type IdentityShown, identityShown } from './reach.ts';
import type { ViolationRow } from './repository.ts';
import type { Violation } from './schema.ts';

/** The identity as far as an account sees it: candidates are for reviewers. */
const identityFor = (
  { identity }: Violation,
  { reviews, named }: IdentityShown,
): Violation['identity'] => {
  if (identity === null || reviews) return identity;
  if (!named || identity.person === null) return null;
  // Who chose a candidate, and why, is for reviewers.
  return { ...identity, candidates: [], person: { ...identity.person, reason: null } };
};

/** The violation with of its identity what an account sees: the decision of the matcher names the person, too. */
function seenBy<Of extends Violation>(violation: Of, shown: IdentityShown): Of {
  const identity = identityFor(violation, shown);
  const { operator } = violation;
  return {
    ...violation,
    identity,
    operator: operator && (identity === null ? withoutMatch(operator) : operator),
  };
}

/** What an unqualified operator was found by, without the decision on the person. */
const withoutMatch = (operator: UnqualifiedOperator): UnqualifiedOperator => ({
  ...operator,
  match: null,
});

/** As a reader of all violations sees it, who does not review. */
export const withoutCandidates = (violation: Violation): Violation =>
  seenBy(violation, { reviews: false, named: violation.status === 'confirmed' });

/** Violations as an account sees them, whose reach they are in. */
export async function withIdentities<Of extends Violation>(
  tx: Transaction,
  account: Account,
  unnamed: readonly Of[],
): Promise<Of[]> {
  const violations = await withNames(tx, unnamed);
  const ids = violations.flatMap(({ id, identity }) => (identity === null ? [] : [id]));
  if (ids.length === 0) return [...violations];
  const shown = await identityShown(tx, account, ids);
  return violations.map((one) =>
    seenBy(one, shown.get(one.id) ?? { reviews: false, named: false }),
  );
}

/** Violations with the names of those whom their identities are resolved to, as reviewers see them. */
export async function withNames<Of extends Violation>(
  tx: Transaction,
  violations: readonly Of[],
): Promise<Of[]> {
  const identified = violations.filter(({ identity }) => identity !== null);
  if (identified.length === 0) return [...violations];
  const ids = identified.map(({ id }) => id);
  const candidates = await tx.violationCandidate.findMany({ where: { violationId: { in: ids } } });
  const people = await tx.person.findMany({
    where: {
      id: {
        in: [
          ...candidates.map(({ personId }) => personId),
          ...identified.flatMap(({ identity }) => identity?.person?.id ?? []),
        ],
      },
    },
    select: { id: true, name: true },
  });
  const named = new Map(people.map((one) => [one.id, one]));
  const agreed = await thoseWhoMayBeNamed(tx, [...named.keys()]);
  const of = new Map(
    candidates.map((one) => [`${one.violationId} ${one.handle}`, named.get(one.personId)]),
  );
  return violations.map((one) => {
    if (one.identity === null) return one;
    // A notice may have been renewed: who has not agreed to it yet is named by what a reviewer confirmed alone.
    const ofRecord = one.status === 'confirmed' ? (one.identity.person?.id ?? null) : null;
    const isHidden = (id: string | undefined) =>
      id !== undefined && id !== ofRecord && !agreed.has(id);
    const left = without(one.identity, (handle) => isHidden(of.get(`${one.id} ${handle}`)?.id));
    const identity = {
      ...one.identity,
      ...left,
      person:
        one.identity.person?.basis !== 'session' && isHidden(one.identity.person?.id)
          ? null
          : one.identity.person,
    };
    const person = identity.person && {
      ...identity.person,
      name: named.get(identity.person.id)?.name ?? '',
    };
    const withPeople = identity.candidates.map((candidate) => ({
      ...candidate,
      person: of.get(`${one.id} ${candidate.handle}`) ?? null,
    }));
    return { ...one, identity: { ...identity, person, candidates: withPeople } };
  });
}

/** Rows as an account sees them, whose reach they are in. */
export const showViolations = (
  tx: Transaction,
  account: Account,
  rows: readonly ViolationRow[],
): Promise<Violation[]> => withIdentities(tx, account, rows.map(showViolation));

const bases = ['badge', 'reviewer', 'session'] as const;
export type PersonBasis = (typeof bases)[number];
/** How the person of a row was found. */
export const basisOf = ({ personBasis }: Pick<ViolationRow, 'personBasis'>): PersonBasis =>
  bases.find((one) => one === personBasis) ?? 'badge';

/** Of an identity what the row itself has; {@link withNames} adds who it was. */
function identityOf(row: ViolationRow): Violation['identity'] {
  const identity = row.identity as ViolationIdentity | null;
  if (identity === null) return null;
  const person = row.personId !== null && {
    id: row.personId,
    name: '',
    basis: basisOf(row),
    reason: row.personReason,
    consentEndedAt: row.personConsentEndedAt?.toISOString() ?? null,
  };
  const candidates = identity.candidates.map((one) => ({ ...one, person: null }));
  return { ...identity, candidates, person: person || null };
}

/** A row as reviewers see it, without names. Addresses are same-origin and require the bearer token. */
export function showViolation(row: ViolationRow): Violation {
  const base = `/api/v1/violations/${row.id}`;
  // The columns hold data validated by the event's schema.
  const shown = {
    id: row.id,
    rule: row.rule,
    ruleId: row.ruleId,
    severity: row.severity,
    camera: row.camera,
    cameraName: row.cameraName,
    site: row.site,
    zone: row.zone,
    zoneName: row.zoneName,
    line: row.line,
    lineName: row.lineName,
    direction: row.direction,
    startedAt: row.startedAt.toISOString(),
    confirmedAt: row.confirmedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    recordedAt: row.recordedAt.toISOString(),
    confidence: row.confidence,
    item: row.item,
    subject: row.subject,
    actor: row.actor,
    tracks: row.tracks,
    box: row.box,
    floor: row.floor,
    path: row.path,
    arming: row.arming,
    identity: identityOf(row),
    operator: row.operator,
    trade:
      row.trade === null
        ? null
        : { id: row.trade, name: row.tradeName, chosen: row.tradeBy !== null },
    why: row.why,
    snooze: row.snooze,
    status: row.status,
    verdict:
      row.reviewedBy === null
        ? null
        : {
            by: { id: row.reviewedBy, displayName: row.reviewedByName },
            at: row.reviewedAt?.toISOString(),
            reason: row.reviewReason,
            note: row.reviewNote,
          },
    version: row.version,
    model: { name: row.modelName, version: row.modelVersion },
    modelLog: row.modelLogId,
    snapshot:
      row.snapshotSha256 === null
        ? null
        : {
            url: `${base}/snapshot`,
            width: row.snapshotWidth,
            height: row.snapshotHeight,
            takenAt: row.snapshotTakenAt?.toISOString(),
            boxes: row.snapshotBoxes,
            rendition: renditionOf(row.snapshotBlurredSha256, row.snapshotBlurFailed),
          },
    snapshotMissing:
      row.snapshotMissingReason === null
        ? null
        : { reason: row.snapshotMissingReason, message: row.snapshotMissingMessage ?? '' },
    clip:
      row.clipSha256 === null
        ? null
        : {
            url: `${base}/clip`,
            boxesUrl: row.clipBoxesSha256 === null ? null : `${base}/boxes`,
            durationSeconds: row.clipDurationSeconds,
            from: row.clipFrom?.toISOString(),
            to: row.clipTo?.toISOString(),
            partial: row.clipPartial,
            rendition: renditionOf(row.clipBlurredSha256, row.clipBlurFailed),
          },
    clipMissing:
      row.clipMissingReason === null
        ? null
        : { reason: row.clipMissingReason, message: row.clipMissingMessage ?? '' },
  };
  return shown as Violation;
}

const renditionOf = (blurred: string | null, failed: string | null) =>
  blurred !== null ? 'ready' : failed !== null ? 'failed' : 'being-made';
