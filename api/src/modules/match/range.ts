import type { RuleBook } from '../../platform/rules/types.ts';
import { decide, type Match } from './decide.ts';
import type { MatchJob, MatchPerson } from './input.ts';
import { decisions } from './reasons.ts';

/** Times of a job; `until` is not part of it. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** Turns that are looked at. A person has a few certificates, permits and suspensions, so this is never reached by real facts. */
const MOST_TURNS = 500;

/** The answer for a whole span. */
export interface RangeMatch {
  /** The worst answer within the span, the earliest of several: that of the begin where all of it is allowed. */
  readonly match: Match;
  /** The first instant after the begin at which an input changes, within the span or later; null where none does. */
  readonly turn: Date | null;
}

/**
 * Whether a person may do a job from one instant through another. Pure, as {@link decide}: it asks at the
 * begin and at each instant at which an input changes, so a certificate that ends during the job is found.
 *
 * @throws RangeError where the inputs change more than 500 times within the span.
 */
export function decideThrough(
  person: MatchPerson,
  job: MatchJob,
  { from, until }: Span,
  book: RuleBook,
): RangeMatch {
  const first = decide(person, job, from, book);
  let worst = first;
  let next = first.validUntil;
  for (let turns = 0; next !== null && Date.parse(next) < until.getTime(); turns++) {
    if (turns === MOST_TURNS) throw new RangeError(`the facts of ${person.id} change too often`);
    const match: Match = decide(person, job, new Date(next), book);
    if (decisions.indexOf(match.decision) > decisions.indexOf(worst.decision)) worst = match;
    next = match.validUntil;
  }
  return { match: worst, turn: first.validUntil === null ? null : new Date(first.validUntil) };
}
