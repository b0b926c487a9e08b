import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import type { Match } from '../match/decide.ts';
import { isFinal, type Matcher } from '../match/decisions.ts';
import type { MatchJob, MatchPerson } from '../match/input.ts';
import type { Decision, Reason } from '../match/reasons.ts';
import type { Matched } from './outcome.ts';
import type { GateKind } from './words.ts';

/** What gates ask of the matcher. */
export interface Matching {
  jobOfMachine(tx: Transaction, id: string): Promise<MatchJob>;
  jobOfArea(tx: Transaction, id: string): Promise<MatchJob>;
  placeFrom: Matcher['placeFrom'];
  decideFor(
    tx: Transaction,
    asked: { person: string; job: MatchJob },
    at: Date,
    given?: { book?: RuleBook; later?: Unit['later'] },
  ): Promise<{
    id: string;
    decision: Decision;
    final: boolean;
    reasons: readonly Reason[];
    validUntil: Date | null;
  }>;
  forJobs(tx: Transaction, person: string, jobs: readonly MatchJob[], at: Date): Promise<Match[]>;
  bookIn(tx: Transaction): Promise<RuleBook>;
  factsOf(
    tx: Transaction,
    people: readonly string[],
    jobs: readonly MatchJob[],
    at: Date,
    book: RuleBook,
  ): Promise<Map<string, MatchPerson>>;
}

/** What a machine asks for is read again after so long, ms. */
const JOB_MS = 2_000;
const MOST_JOBS = 5_000;

/**
 * The same, with what machines and areas ask for remembered for two seconds: for looks at many machines, and never for the answer to
 * a point, which would not see a change at once.
 */
export function rememberJobs(matching: Matching): Matching {
  const known = new Map<string, { job: MatchJob; until: number }>();
  const read =
    (name: 'jobOfMachine' | 'jobOfArea') =>
    async (tx: Transaction, id: string): Promise<MatchJob> => {
      const key = `${name} ${id}`;
      const found = known.get(key);
      if (found && found.until > Date.now()) return found.job;
      const job = await matching[name](tx, id);
      if (known.size >= MOST_JOBS) known.clear();
      known.set(key, { job, until: Date.now() + JOB_MS });
      return job;
    };
  return {
    ...matching,
    jobOfMachine: read('jobOfMachine'),
    jobOfArea: read('jobOfArea'),
  };
}

/** Asks the matcher for a person at a machine, without keeping the decision. @throws Problem `person.unknown`. */
export async function lookAt(
  matching: Matching,
  tx: Transaction,
  { person, machine }: { person: string; machine: string },
  now: Date,
): Promise<Matched> {
  const job = await matching.jobOfMachine(tx, machine);
  const [match] = (await matching.forJobs(tx, person, [job], now)) as [Match];
  const { decision, reasons, validUntil } = match;
  return {
    id: null,
    decision,
    final: isFinal(match),
    reasons,
    validUntil: validUntil === null ? null : new Date(validUntil),
  };
}

/** Asks the matcher for a person at a machine or an area; the decision is kept with its facts. */
export async function matchAt(
  matching: Matching,
  tx: Transaction,
  { person, kind, target }: { person: string; kind: GateKind; target: string },
  now: Date,
) {
  const job =
    kind === 'start'
      ? await matching.jobOfMachine(tx, target)
      : await matching.jobOfArea(tx, target);
  return matching.decideFor(tx, { person, job }, now);
}
