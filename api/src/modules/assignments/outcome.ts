import type { RangeMatch } from '../match/range.ts';
import { type Decision, decisions, publicDecision, shownReasons } from '../match/reasons.ts';
import type { PublicCode } from './words.ts';

/** The matcher's decision on a person and a job, in public reason codes. */
export interface Outcome {
  readonly decision: Decision;
  /** It cannot be overridden. */
  readonly final: boolean;
  readonly codes: readonly PublicCode[];
  /** Internal reason keys (part of the job, code, subject) that an override is bound to. Not part of any response. */
  readonly keys: readonly string[];
  /** When an input changes next; null where none does. */
  readonly turn: Date | null;
}

/** The parts of a job together: who may do all of them may do the job. A medical reason looks like a missing certificate. */
export function outcomeOf(answers: readonly RangeMatch[], special: boolean): Outcome {
  const shown = answers.map(({ match: { decision, reasons } }) => ({
    decision: publicDecision({ decision, final: false, reasons }).decision,
    codes: shownReasons(reasons),
  }));
  const worst = Math.max(0, ...shown.map(({ decision }) => decisions.indexOf(decision)));
  const decision = decisions[worst] as Decision;
  const turns = answers.flatMap(({ turn }) => (turn === null ? [] : [turn.getTime()]));
  return {
    decision,
    // A refusal is never overridden here. Which of them the law makes final would tell a medical one from a missing skill.
    final: decision === 'deny' || (decision === 'hold' && special),
    codes: [...new Set(shown.flatMap(({ codes }) => codes))],
    keys: [
      ...new Set(
        answers.flatMap(({ match }) =>
          match.reasons.map(({ code, about }) => `${match.job} ${code} ${about ?? ''}`.trim()),
        ),
      ),
    ],
    turn: turns.length === 0 ? null : new Date(Math.min(...turns)),
  };
}

/** Whether an override still covers a new decision: a hold with no reason beyond the overridden ones. */
export const isCovered = (
  { decision, keys }: Pick<Outcome, 'decision' | 'keys'>,
  override: { special: boolean; decision: string; overrideCodes: readonly string[] },
): boolean =>
  decision === 'hold' &&
  override.decision === 'hold' &&
  !override.special &&
  keys.every((key) => override.overrideCodes.includes(key));
