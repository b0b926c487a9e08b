import type { Decision, Reason } from '../match/reasons.ts';
import { hasMedical, publicDecision, shownReasons } from '../match/reasons.ts';
import type { VehicleFault } from './vehicle-use.ts';
import type { CardReason, GateReason, PublicCode } from './words.ts';

/** A hold counts for so long: the point asks again with the next card, ms. */
const HOLD_MS = 60_000;
/** No answer holds longer than a shift, so that a machine asks again. */
export const LONGEST_MS = 8 * 3_600_000;
/** Who was let start signs on for so long: a machine that starts later is the start of another person, ms. */
export const SIGN_ON_MS = 10 * 60_000;

/** What the matcher says of a person at a machine or an area. */
export interface Matched {
  id: string | null;
  decision: Decision;
  final: boolean;
  reasons: readonly Pick<Reason, 'code' | 'about'>[];
  validUntil: Date | null;
}

/** What a point is answered, and what is kept of it. */
export interface Outcome {
  decision: Decision;
  final: boolean;
  codes: PublicCode[];
  reasons: GateReason[];
  validUntil: Date;
  matchId: string | null;
  overrideId: string | null;
}

/** The card names no active person: a refusal without a match, which cannot be overridden. */
export const refusedCard = (code: CardReason, now: Date): Outcome => ({
  decision: 'deny',
  final: true,
  codes: ['not-admitted'],
  reasons: [{ code, about: null }],
  validUntil: new Date(now.getTime() + LONGEST_MS),
  matchId: null,
  overrideId: null,
});

/**
 * The outcome of a match at a point. An override in force allows what is not final; the reasons stay, so that the
 * record says what was overridden.
 */
export function outcomeOf(
  match: Matched,
  override: { id: string; until: Date } | null,
  now: Date,
): Outcome {
  const { decision, final } = publicDecision(match);
  const counts = decision !== 'allow' && !final ? override : null;
  const ends = [
    now.getTime() + LONGEST_MS,
    // When a medical reason ends is as medical as the reason.
    ...(match.validUntil && !hasMedical(match.reasons) ? [match.validUntil.getTime()] : []),
    ...(counts ? [counts.until.getTime()] : []),
  ];
  return {
    decision: counts ? 'allow' : decision,
    final,
    codes: shownReasons(match.reasons as readonly Reason[]) as PublicCode[],
    reasons: match.reasons.map(({ code, about }) => ({ code, about })),
    validUntil: new Date(Math.min(...ends)),
    matchId: match.id,
    overrideId: counts?.id ?? null,
  };
}

/** Refusal because of the vehicle. It does not depend on the person, so no override applies. */
export const refusedVehicle = (outcome: Outcome, fault: VehicleFault, now: Date): Outcome => ({
  ...outcome,
  decision: 'deny',
  final: true,
  codes: [
    ...outcome.codes,
    fault === 'vehicle-not-listed' ? 'vehicle-not-admitted' : 'vehicle-not-in-use',
  ],
  reasons: [...outcome.reasons, { code: fault, about: null }],
  validUntil: new Date(now.getTime() + HOLD_MS),
  overrideId: null,
});

/** A person or a vehicle at the way out of an area: never refused, whatever was shown. What was wrong with it is kept. */
export const wayOut = (fault: CardReason | null, now: Date): Outcome => ({
  decision: 'allow',
  final: false,
  codes: [],
  reasons: fault === null ? [] : [{ code: fault, about: null }],
  validUntil: new Date(now.getTime() + HOLD_MS),
  matchId: null,
  overrideId: null,
});

/** A start while a camera confirms another person alone at the machine: it is held, unless a person in charge looked and overrode it. */
export function heldAsSeen(
  outcome: Outcome,
  override: { id: string; until: Date } | null,
  now: Date,
): Outcome {
  const ends = override ? override.until.getTime() : now.getTime() + HOLD_MS;
  return {
    ...outcome,
    decision: override ? 'allow' : 'hold',
    final: false,
    codes: [...outcome.codes, 'another-seen'],
    reasons: [...outcome.reasons, { code: 'another-seen', about: null }],
    validUntil: new Date(Math.min(outcome.validUntil.getTime(), ends)),
    overrideId: override?.id ?? null,
  };
}
