import type { RuleBook } from '../../platform/rules/types.ts';
import {
  checkByPost,
  checkCertificates,
  checkHours,
  checkPermit,
  checkPerson,
  checkReadiness,
  checkRetraining,
  checkSkills,
  possibleAbsences,
} from './checks.ts';
import { MatchClock, type UsedRule } from './clock.ts';
import type { MatchJob, MatchPerson } from './input.ts';
import { type Decision, decisions, type Hint, type Reason } from './reasons.ts';

/** What the matcher decided, and from which rules. */
export interface Match {
  readonly person: string;
  readonly job: string;
  /** RFC 3339. */
  readonly at: string;
  readonly decision: Decision;
  /** Empty for `allow`; each reason once, in the order of the checks. */
  readonly reasons: readonly Reason[];
  /** What is not known and speaks against nothing, for a supervisor. */
  readonly hints: readonly Hint[];
  /** The first later instant at which one of the inputs changes; null where none does. */
  readonly validUntil: string | null;
  readonly rules: readonly UsedRule[];
}

/**
 * Whether a person may do a job at an instant. A pure function: the same person, job, instant and rule book always give the
 * same answer, so that a decision that kept them replays equal. `deny` wins over `hold`, `hold` over `allow`.
 *
 * Until `validUntil` the answer stays the same, as long as nothing is entered or changed.
 */
export function decide(person: MatchPerson, job: MatchJob, at: Date, book: RuleBook): Match {
  const clock = new MatchClock(book, at);
  const found = [
    ...checkPerson(person, job, clock),
    ...checkCertificates(person, job, clock),
    ...checkSkills(person, job, clock),
    ...checkReadiness(person, job, clock),
    ...checkByPost(person, job, clock),
    ...checkRetraining(person, job, clock),
    ...checkPermit(person, job, clock),
    ...checkHours(person, job),
  ];
  const keyOf = ({ code, about }: Reason) => `${code} ${about}`;
  const reasons = found.filter(
    (one, n) => found.findIndex((other) => keyOf(other) === keyOf(one)) === n,
  );
  const worst = Math.max(0, ...reasons.map(({ decision }) => decisions.indexOf(decision)));
  const hints = possibleAbsences(person, job, clock).map(
    (about): Hint => ({ code: 'absence-unknown', about }),
  );
  return {
    person: person.id,
    job: job.id,
    at: at.toISOString(),
    decision: decisions[worst] as Decision,
    reasons,
    hints,
    validUntil: clock.until?.toISOString() ?? null,
    rules: clock.used,
  };
}

/** What the order of candidates rests on. */
export interface Standing {
  readonly person: string;
  readonly decision: Decision;
  /** How many reasons speak against it. */
  readonly against: number;
  /** Confirmed violations in the year before. */
  readonly violations: number;
  /** Hours on the machine of the job. */
  readonly hours: number;
  /** Sum of the levels above what is asked. */
  readonly levelsAbove: number;
}

/** A candidate for a job, with what the order rests on. */
export type Candidate = Match & Omit<Standing, 'against'>;

const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * The better of two comes first: by decision, then fewer reasons, fewer violations in a year, more hours on the machine,
 * higher levels, and the id.
 */
export const better = (a: Standing, b: Standing): number =>
  decisions.indexOf(a.decision) - decisions.indexOf(b.decision) ||
  a.against - b.against ||
  a.violations - b.violations ||
  b.hours - a.hours ||
  b.levelsAbove - a.levelsAbove ||
  (a.person < b.person ? -1 : 1);

/** Decides about a person for a job, and adds the values by which candidates are sorted. */
export const candidateOf = (
  person: MatchPerson,
  job: MatchJob,
  at: Date,
  book: RuleBook,
): Candidate => ({ ...decide(person, job, at, book), ...meritsOf(person, job, at) });

/** Candidates, the best first. */
export const inOrder = (candidates: readonly Candidate[]): Candidate[] =>
  candidates
    .map((one) => ({ one, standing: { ...one, against: one.reasons.length } }))
    .sort((a, b) => better(a.standing, b.standing))
    .map(({ one }) => one);

function meritsOf(person: MatchPerson, job: MatchJob, at: Date) {
  const best = (skill: string) =>
    Math.max(0, ...person.skills.filter((one) => one.skill === skill).map(({ level }) => level));
  const now = at.getTime();
  return {
    levelsAbove: job.skills.reduce(
      (sum, { skill, level }) => sum + Math.max(0, best(skill) - level),
      0,
    ),
    hours: person.operated
      .filter(({ machine }) => machine === job.machine)
      .reduce((sum, one) => sum + one.hours, 0),
    violations: person.violations.filter((one) => {
      const age = now - Date.parse(one.at);
      return age >= 0 && age < YEAR_MS;
    }).length,
  };
}
