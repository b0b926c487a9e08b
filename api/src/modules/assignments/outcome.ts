import type { MatchJob } from '../match/input.ts';
import type { RangeMatch } from '../match/range.ts';
import { type Decision, decisions, publicDecision, shownReasons } from '../match/reasons.ts';
import type { PublicCode } from './words.ts';

/** What the planner is told of a person and a job, in public words. */
export interface Outcome {
  readonly decision: Decision;
  /** Nobody may override it. */
  readonly final: boolean;
  readonly codes: readonly PublicCode[];
  /** When an input changes next; null where none does. */
  readonly turn: Date | null;
}

/** The parts of a job together: who may do all of them may do the job. A medical reason looks like a missing certificate. */
export function outcomeOf(answers: readonly RangeMatch[], special: boolean): Outcome {
  const shown = answers.map(({ match }) => ({
    ...publicDecision({
      decision: match.decision,
      final: match.reasons.some(({ final }) => final),
      reasons: match.reasons,
    }),
    codes: shownReasons(match.reasons),
  }));
  const worst = Math.max(0, ...shown.map(({ decision }) => decisions.indexOf(decision)));
  const decision = decisions[worst] as Decision;
  const turns = answers.flatMap(({ turn }) => (turn === null ? [] : [turn.getTime()]));
  return {
    decision,
    // What is not overridden here is said before it is tried.
    final: decision !== 'allow' && (special || shown.some(({ final }) => final)),
    codes: [...new Set(shown.flatMap(({ codes }) => codes))],
    turn: turns.length === 0 ? null : new Date(Math.min(...turns)),
  };
}

/**
 * Whether something of the job asks for a certificate or a permit: then a hold is not overridden. Also what the posts at the
 * place ask for, as a hold may be that the person holds none of them and was asked for no certificate.
 */
export const isSpecial = (parts: readonly MatchJob[]): boolean =>
  parts.some(
    ({ permit, certificates, byPost }) =>
      permit !== null ||
      [...certificates, ...byPost.flatMap((one) => one.certificates)].some(
        ({ kind }) => kind !== 'guardian',
      ),
  );

/** Whether a later answer is covered by what was overridden: on hold for no other reason. */
export const isCovered = (
  { decision, codes }: Pick<Outcome, 'decision' | 'codes'>,
  override: { special: boolean; decision: string; overrideCodes: readonly string[] },
): boolean =>
  decision === 'hold' &&
  override.decision === 'hold' &&
  !override.special &&
  codes.every((code) => override.overrideCodes.includes(code));
