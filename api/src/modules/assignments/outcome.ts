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
  /** Each reason with its part of the job and what it is about: what an override rests on. Never answered. */
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

/** Whether a later answer is covered by what was overridden: on hold for no other reason, at no other place. */
export const isCovered = (
  { decision, keys }: Pick<Outcome, 'decision' | 'keys'>,
  override: { special: boolean; decision: string; overrideCodes: readonly string[] },
): boolean =>
  decision === 'hold' &&
  override.decision === 'hold' &&
  !override.special &&
  keys.every((key) => override.overrideCodes.includes(key));
