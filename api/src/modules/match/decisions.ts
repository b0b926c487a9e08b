import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import {
  type BookQueries,
  type BookRows,
  bookQueries,
  type Rules,
} from '../../platform/rules/service.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import { type Candidate, candidateOf, decide, inOrder, type Match } from './decide.ts';
import { gather, type MatchSources } from './gather.ts';
import type { MatchJob, MatchPerson } from './input.ts';
import {
  areaJob,
  jobOfPostRow,
  machineJob,
  type PlaceQueries,
  type PlaceRows,
  placeOf,
  placeQueries,
} from './jobs.ts';
import { decideThrough, type RangeMatch, type Span } from './range.ts';
import {
  type Decision,
  type Hint,
  type PublicReason,
  publicReasons,
  type Reason,
} from './reasons.ts';
import type { Target } from './requirement.ts';
import { createRuleBooks, type RuleBooks } from './rule-books.ts';

/** People whose facts are read at a time. */
const MOST_READ = 500;
/** How long people are decided for without a pause, ms. */
const MOST_BUSY_MS = 4;

/** A decision that was kept. */
export interface KeptDecision {
  readonly id: string;
  readonly decision: Decision;
  /** A refusal cannot be overridden. */
  readonly final: boolean;
  /** All of it, for the person and those who may see their qualifications. */
  readonly reasons: readonly Reason[];
  /** What is not known, for a supervisor. */
  readonly hints: readonly Hint[];
  /** What machines and doors say. */
  readonly publicReasons: readonly PublicReason[];
  /** The first later instant at which an input changes by what is known; null where none does. */
  readonly validUntil: Date | null;
}

/** Whether a refusal holds whatever a supervisor says. */
export const isFinal = ({ decision, reasons }: Pick<Match, 'decision' | 'reasons'>): boolean =>
  decision === 'deny' && reasons.some(({ final }) => final);

/** The service of the matcher, for gates, assignments and the pages. */
export type Matcher = ReturnType<typeof createMatcher>;

export function createMatcher({ rules, sources }: { rules: Rules; sources: MatchSources }) {
  const books = createRuleBooks();
  /** The rules that the checks ask; a decision keeps no others. */
  const bookIn = async (tx: Transaction): Promise<RuleBook> =>
    books.ofMatcher(await rules.book(tx));

  const factsOf = async (
    tx: Transaction,
    people: readonly string[],
    jobs: readonly MatchJob[],
    at: Date,
    book: RuleBook,
    { merits = false } = {},
  ) => gather(tx, sources, people, jobs, { at, timeZone: book.timeZone, merits });

  /**
   * Decides about people for jobs, with the values by which candidates are sorted. Many people are processed in batches, so that
   * other requests are answered in between.
   *
   * @throws the reason of the signal, soon after it is aborted.
   */
  async function forEach(
    tx: Transaction,
    people: readonly string[],
    jobs: readonly MatchJob[],
    { at, book, signal }: { at: Date; book: RuleBook; signal?: AbortSignal | undefined },
    work: (facts: MatchPerson) => void,
  ): Promise<void> {
    for (let n = 0; n < people.length; n += MOST_READ) {
      signal?.throwIfAborted();
      const part = people.slice(n, n + MOST_READ);
      const known = await factsOf(tx, part, jobs, at, book, { merits: true });
      let begun = performance.now();
      for (const facts of known.values()) {
        work(facts);
        if (performance.now() - begun < MOST_BUSY_MS) continue;
        await setImmediate();
        signal?.throwIfAborted();
        begun = performance.now();
      }
    }
  }

  return {
    bookIn,
    factsOf,

    jobOfMachine: async (tx: Transaction, id: string): Promise<MatchJob> =>
      (await machineJob(tx, id)).job,
    jobOfArea: async (tx: Transaction, id: string): Promise<MatchJob> =>
      (await areaJob(tx, id)).job,
    /** The job and the rules of the rows of {@link placeReads}. @throws Problem `equipment.unknown`, `area.unknown`. */
    placeFrom: (target: Target, id: string, rows: BookRows & PlaceRows) => ({
      job: placeOf(target, id, rows).job,
      book: books.ofMatcher(rules.bookOf(rows)),
    }),
    jobOfPost: async (tx: Transaction, id: string): Promise<MatchJob> =>
      (await jobOfPostRow(tx, id)).job,

    /**
     * Decides by the facts and rules of now, as they are for the instant, and keeps the decision with both, so
     * that it can be replayed.
     *
     * @param asked.system the credential of the outside system that asks.
     * @param given.book the rules, where they were read in the same transaction.
     * @param given.later writes the decision at the end of the unit of work, with what else is written there.
     * @throws Problem `person.unknown`, RangeError for an instant that is none.
     */
    async decideFor(
      tx: Transaction,
      { person, job, system }: { person: string; job: MatchJob; system?: string },
      at: Date,
      given: { book?: RuleBook; later?: Unit['later'] } = {},
    ): Promise<KeptDecision> {
      const book = given.book ?? (await bookIn(tx));
      const facts = (await factsOf(tx, [person], [job], at, book)).get(person);
      if (!facts) throw new Problem('person.unknown');
      const match = decide(facts, job, at, book);
      const id = await keep(tx, books, { match, job, facts, book, system }, given.later);
      const { decision, reasons, hints, validUntil } = match;
      return {
        id,
        decision,
        final: isFinal(match),
        reasons,
        hints,
        publicReasons: publicReasons(reasons),
        validUntil: validUntil === null ? null : new Date(validUntil),
      };
    },

    /**
     * Decides for a whole span and several jobs, without keeping: who may do all of it may do the work.
     *
     * @returns by person, in the order of the jobs, with the facts; unknown people are left out.
     */
    async through(
      tx: Transaction,
      people: readonly string[],
      jobs: readonly MatchJob[],
      span: Span,
    ): Promise<Map<string, { facts: MatchPerson; answers: RangeMatch[] }>> {
      const book = await bookIn(tx);
      const found = new Map<string, { facts: MatchPerson; answers: RangeMatch[] }>();
      await forEach(tx, people, jobs, { at: span.from, book }, (facts) => {
        const answers = jobs.map((job) => decideThrough(facts, job, span, book));
        found.set(facts.id, { facts, answers });
      });
      return found;
    },

    /** The same of one person, and each answer is kept with its facts. @throws Problem `person.unknown`. */
    async keepThrough(
      tx: Transaction,
      { person, jobs }: { person: string; jobs: readonly MatchJob[] },
      span: Span,
    ): Promise<(RangeMatch & { id: string })[]> {
      const book = await bookIn(tx);
      const kept = [];
      for (const job of jobs) {
        // By themselves: a decision keeps no facts that only another one needs.
        const facts = (await factsOf(tx, [person], [job], span.from, book)).get(person);
        if (!facts) throw new Problem('person.unknown');
        const answer = decideThrough(facts, job, span, book);
        kept.push({
          ...answer,
          id: await keep(tx, books, { match: answer.match, job, facts, book }),
        });
      }
      return kept;
    },

    /** Decides without keeping, the best first: for proposals, which are asked again when one is taken. */
    async candidates(
      tx: Transaction,
      people: readonly string[],
      job: MatchJob,
      at: Date,
      signal?: AbortSignal,
    ): Promise<Candidate[]> {
      const book = await bookIn(tx);
      const found: Candidate[] = [];
      await forEach(tx, people, [job], { at, book, signal }, (facts) => {
        found.push(candidateOf(facts, job, at, book));
      });
      return inOrder(found);
    },

    /** One person for several jobs, without keeping; in their order. @throws Problem `person.unknown`. */
    async forJobs(
      tx: Transaction,
      person: string,
      jobs: readonly MatchJob[],
      at: Date,
    ): Promise<Match[]> {
      const book = await bookIn(tx);
      const facts = (await factsOf(tx, [person], jobs, at, book)).get(person);
      if (!facts) throw new Problem('person.unknown');
      return jobs.map((job) => decide(facts, job, at, book));
    },
  };
}

/** What the job and the rules of a machine or an area are made of: queries, to be read with others in one statement. */
export const placeReads = (target: Target, id: string): BookQueries & PlaceQueries => ({
  ...bookQueries,
  ...placeQueries(target, id),
});

/** Keeps a decision. The book is kept once for all decisions that were made with it. */
async function keep(
  tx: Transaction,
  books: RuleBooks,
  {
    match,
    job,
    facts,
    book,
    system = null,
  }: {
    match: Match;
    job: MatchJob;
    facts: MatchPerson;
    book: RuleBook;
    system?: string | null | undefined;
  },
  later?: Unit['later'],
): Promise<string> {
  const { digest, text, isKept } = books.of(book);
  if (!isKept()) {
    const [known] = await sqlIn(tx)<{ own: boolean }>(Prisma.sql`
      SELECT xmin IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()::xid AS own
      FROM match_rule_book WHERE digest = ${digest}`);
    // One that this transaction wrote may be rolled back; it counts as kept once another one reads it.
    if (known && !known.own) books.keep(digest);
    else if (!known) {
      await sqlIn(tx)(Prisma.sql`
        INSERT INTO match_rule_book (tenant_id, digest, book)
        VALUES (current_setting('app.tenant'), ${digest}, ${text}::jsonb) ON CONFLICT DO NOTHING`);
    }
  }
  const id = newId();
  const { person, at, decision, reasons, rules, validUntil } = match;
  const row = Prisma.sql`
    INSERT INTO match_decision (tenant_id, id, person_id, job_id, at, decision, final, reasons, rules, job,
      facts, book_digest, valid_until, asked_by, asked_by_system)
    VALUES (current_setting('app.tenant'), ${id}, ${person}, ${job.id}, ${new Date(at)}, ${decision},
      ${isFinal(match)}, ${JSON.stringify(reasons)}::jsonb, ${JSON.stringify(rules)}::jsonb,
      ${JSON.stringify(job)}::jsonb, ${JSON.stringify(minimal(facts, match))}::jsonb, ${digest},
      ${validUntil === null ? null : new Date(validUntil)}::timestamptz,
      nullif(current_setting('app.user', true), ''), ${system})`;
  if (later) later(row);
  else await sqlIn(tx)(row);
  return id;
}

/** Kept instead of the day of birth of a person who is old enough. */
const OLD_ENOUGH = '1900-01-01';

/**
 * The facts to keep, without the day of birth of a person who is old enough: any earlier day gives the same decision with
 * the same validity, so a replay stays equal.
 */
const minimal = (facts: MatchPerson, { reasons }: Match): MatchPerson =>
  facts.bornOn === null || reasons.some(({ code }) => code === 'age-below')
    ? facts
    : { ...facts, bornOn: OLD_ENOUGH };

type DecisionRow = Prisma.MatchDecisionGetPayload<{ include: { book: true } }>;

/** Decides again from what was kept, and says whether the answer is the same. */
export function replay(row: DecisionRow): { match: Match; equal: boolean } {
  const facts = row.facts as unknown as MatchPerson;
  const job = row.job as unknown as MatchJob;
  const match = decide(facts, job, row.at, row.book.book as unknown as RuleBook);
  const equal =
    match.decision === row.decision &&
    (match.validUntil ?? null) === (row.validUntil?.toISOString() ?? null) &&
    isDeepStrictEqual(plain(match.reasons), row.reasons) &&
    isDeepStrictEqual(plain(match.rules), row.rules);
  return { match, equal };
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
