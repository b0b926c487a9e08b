import type { ViolationIdentity } from '@anshi/contracts';
import type { Candidate, Reason } from '../identify/identity.ts';
import { explain, sentenceOf } from '../identify/sentences.ts';

/** More reasons and candidates are not told. */
const MOST_REASONS = 12;
const MOST_CANDIDATES = 10;

/** What is said of one person, before it is told. */
export interface ActorSaid {
  readonly state: ViolationIdentity['state'];
  readonly handle: string | null;
  readonly reasons: readonly Reason[];
  readonly candidates: readonly Candidate[];
}

/** Why nothing at all is known of a person. */
type NothingCode =
  | 'too-new'
  | 'possible-swap'
  | 'began-before'
  | 'out-of-sight'
  | 'no-positions'
  | 'no-answer';

export const nothingOf = (code: NothingCode): ActorSaid => ({
  state: 'ambiguous',
  handle: null,
  reasons: [{ code }],
  candidates: [],
});

/**
 * The identity of a violation's actor as it is told, with sentences in both languages.
 *
 * @param since from when on it holds for the actor, ms of the stream clock; null for never.
 */
export function identityOf(said: ActorSaid, since: number | null): ViolationIdentity {
  return {
    state: said.state,
    handle: said.handle,
    since: since === null ? null : new Date(since).toISOString(),
    reasons: said.reasons.slice(0, MOST_REASONS).map(sentenceOf),
    candidates: said.candidates.slice(0, MOST_CANDIDATES).map((candidate) => ({
      handle: candidate.handle,
      posterior: candidate.posterior,
      explanation: explain(candidate),
    })),
  };
}

/** The same identity without badges that may no longer be used. */
export function withoutBadges(
  identity: ViolationIdentity,
  isWithdrawn: (handle: string) => boolean,
): ViolationIdentity {
  const isNamed = identity.handle !== null && isWithdrawn(identity.handle);
  const candidates = identity.candidates.filter(({ handle }) => !isWithdrawn(handle));
  if (!isNamed && candidates.length === identity.candidates.length) return identity;
  const reasons = [sentenceOf({ code: 'withdrawn' }), ...(isNamed ? [] : identity.reasons)];
  return {
    ...identity,
    ...(isNamed && { state: 'ambiguous' as const, handle: null }),
    reasons: reasons.slice(0, MOST_REASONS),
    candidates,
  };
}
