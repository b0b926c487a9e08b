import { Prisma } from '../../generated/prisma/client.ts';
import { type Transaction, tenantIn } from '../../platform/db/database.ts';
import { instantSql, isOneOfSql, queryOf, readTogether } from '../../platform/db/readings.ts';
import type { ModuleServices } from '../../platform/module.ts';
import { operatedByQuery } from '../gates/operated.ts';
import { testsPassedBy } from '../practical-tests/records.ts';
import { type MatchFact, matchFacts } from '../qualifications/person-facts.ts';
import { violationsInForceQuery } from '../safety-file/rows.ts';
import { suppliersForMatch } from '../suppliers/for-match.ts';
import { coursesPassedBy, type OpenRetraining, retrainingsOpen } from '../training/records.ts';
import { visitsForMatch } from '../visitors/for-match.ts';
import { midnightAfter, midnightOf } from './clock.ts';
import {
  coursesAsked,
  type HeldCertificate,
  type HeldSkill,
  type MatchJob,
  type MatchPerson,
  type Period,
  tradesAsked,
} from './input.ts';
import { jobsDoneBy, tradesOf, tradesQuery, workedIn } from './trades.ts';

export type MatchSources = Pick<ModuleServices, 'qualifications' | 'permits' | 'peopleBirths'>;

/** Facts of more people are read by a statement each: as JSON their rows take longer than the statements. */
const FEW = 8;

/** What began before it was recorded. */
const ALWAYS = '1970-01-01T00:00:00.000Z';

interface PersonRow {
  id: string;
  hiredOn: string | null;
  leftOn: string | null;
  leftAt: string | null;
  kind: MatchPerson['kind'];
  validUntil: string | null;
  supplierId: string | null;
}

/**
 * The facts of people for jobs, in a fixed order. What none of the jobs asks for is not read: it could not
 * change a decision, and a decision keeps its facts.
 *
 * Hours on machines are those of the sessions at gates, days of work in a trade those of sessions and finished jobs.
 *
 * @param options.merits also what only the order of candidates rests on.
 * @returns by id; unknown people are left out.
 */
export async function gather(
  tx: Transaction,
  sources: MatchSources,
  people: readonly string[],
  jobs: readonly MatchJob[],
  { at, timeZone, merits = false }: { at: Date; timeZone: string; merits?: boolean },
): Promise<Map<string, MatchPerson>> {
  const ids = [...people];
  const asks = (what: (job: MatchJob) => boolean) => jobs.some(what);
  const needsFitness = asks(
    ({ fitness, exposures, byPost }) =>
      fitness || exposures.length > 0 || byPost.some((post) => post.fitness),
  );
  const needsFile = asks((job) =>
    [job, ...job.byPost].some(
      ({ certificates, skills }) => certificates.length + skills.length > 0,
    ),
  );
  const exposures = new Set(
    jobs.flatMap((job) => [job, ...job.byPost].flatMap((one) => one.exposures ?? [])),
  );
  const asked = new Set(jobs.flatMap(tradesAsked));
  const courses = [...new Set(jobs.flatMap(coursesAsked))];
  const isSpecial = asked.size > 0;
  const isAtMachine = asks(
    ({ machine, leastHours }) => machine !== null && (merits || leastHours !== null),
  );
  const needsFacts = needsFile || needsFitness;
  const file = sources.qualifications.forMatch(ids);
  // Sent together: one after the other they would wait for each other's answers.
  const [read, permits, born] = await Promise.all([
    readTogether(
      tx,
      {
        people: peopleQuery(ids),
        posts: asks((job) => job.posts.length + job.byPost.length > 0) ? postsQuery(ids) : null,
        qualifications: needsFacts ? file.qualifications : null,
        suspensions: needsFacts ? file.suspensions : null,
        // As the file has them: what was withdrawn or moved to another person does not count.
        violations: merits || isSpecial ? violationsInForceQuery(ids) : null,
        operated: isAtMachine || isSpecial ? operatedByQuery(ids, at, timeZone) : null,
        trades: isSpecial ? tradesQuery : null,
        done: isSpecial ? jobsDoneBy(ids, at, timeZone) : null,
        courses: courses.length > 0 ? coursesPassedBy(ids, courses, at) : null,
        retraining: asks(({ machine }) => machine !== null) ? retrainingsOpen(ids, at) : null,
        tests: isSpecial ? testsPassedBy(ids, at) : null,
      },
      { apart: ids.length > FEW },
    ),
    asks((job) => job.permit !== null) ? sources.permits.ofPeople(tx, ids, at) : [],
    asks((job) => job.leastAge !== null)
      ? sources.peopleBirths.bornOn(tx, tenantIn(tx), ids)
      : new Map<string, string>(),
  ]);
  const { people: rows, violations } = read;
  const visitors = rows.flatMap(({ id, kind }) => (kind === 'visitor' ? [id] : []));
  const visits =
    visitors.length > 0 ? await visitsForMatch(tx, visitors, at) : new Map<string, never>();
  const suppliers = await suppliersForMatch(tx, [
    ...new Set(rows.flatMap(({ supplierId }) => supplierId ?? [])),
  ]);
  const trades = isSpecial ? tradesOf(read.trades) : null;
  const unrecorded = [...asked].filter((one) => !trades?.whole.has(one)).sort();
  const facts = matchFacts(read.qualifications, read.suspensions);
  const own = groupBy(facts, ({ person }) => person);
  const heldBy = groupBy(read.posts, ({ person }) => person);
  const testsOf = groupBy(read.tests, ({ person }) => person);
  const coursesOf = groupBy(read.courses, ({ person }) => person);
  const retrainingOf = groupBy(read.retraining, ({ person }) => person);
  const operatedOf = groupBy(read.operated, ({ person }) => person);
  const doneBy = groupBy(read.done, ({ person }) => person);
  const permitsOf = groupBy(
    permits.flatMap((permit) => permit.people.map((person) => ({ person, permit }))),
    ({ person }) => person,
  );
  const violationsOf = groupBy(violations, ({ personId }) => personId);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        kind: row.kind,
        bornOn: born.get(row.id) ?? null,
        admitted: admitted(row, timeZone),
        ...(visits.has(row.id) ? { visits: visits.get(row.id) ?? [] } : {}),
        ...supplierOf(row, suppliers),
        posts: (heldBy.get(row.id) ?? []).map(({ post, since, until }) => ({
          post,
          from: since ?? ALWAYS,
          until,
        })),
        certificates: needsFile ? (own.get(row.id) ?? []).flatMap(certificateOf) : [],
        skills: needsFile ? (own.get(row.id) ?? []).flatMap((one) => skillOf(one, at)) : [],
        fitness: needsFitness
          ? (own.get(row.id) ?? []).flatMap((one) => fitnessOf(one, at, exposures))
          : [],
        trainings: (coursesOf.get(row.id) ?? []).map(({ course, on: passedOn, until }) => ({
          course,
          passedOn,
          until,
        })),
        ...retrainingIn(retrainingOf.get(row.id)),
        worked:
          trades === null
            ? []
            : workedIn(trades, operatedOf.get(row.id) ?? [], doneBy.get(row.id) ?? []),
        ...(unrecorded.length > 0 ? { unrecorded } : {}),
        retests: (testsOf.get(row.id) ?? []).map(({ category, on }) => ({ category, on })),
        operated: !isAtMachine
          ? []
          : (operatedOf.get(row.id) ?? []).map(({ machine, hours, on }) => ({
              machine,
              hours,
              on,
            })),
        violations: (violationsOf.get(row.id) ?? []).map(({ startedAt, trade }) => ({
          at: startedAt,
          category: trade,
        })),
        permits: (permitsOf.get(row.id) ?? []).map(({ permit: one }) => ({
          id: one.id,
          kind: one.kind,
          area: one.area,
          from: one.from.toISOString(),
          until: one.to.toISOString(),
          suspended: one.suspendedSince
            ? [{ from: one.suspendedSince.toISOString(), until: null }]
            : [],
          closedAt: one.closedAt?.toISOString() ?? null,
        })),
      } satisfies MatchPerson,
    ]),
  );
}

const peopleQuery = (ids: readonly string[]) =>
  queryOf<PersonRow>(Prisma.sql`
    SELECT id, hired_on::text AS "hiredOn", left_on::text AS "leftOn",
      ${instantSql(Prisma.sql`left_at`)} AS "leftAt", kind, valid_until::text AS "validUntil",
      supplier_id AS "supplierId"
    FROM person WHERE ${isOneOfSql(Prisma.sql`id`, ids)}`);

const postsQuery = (ids: readonly string[]) =>
  queryOf<{ person: string; post: string; since: string | null; until: string | null }>(Prisma.sql`
    SELECT person_id AS person, post_id AS post, ${instantSql(Prisma.sql`since_at`)} AS since,
      ${instantSql(Prisma.sql`until_at`)} AS until
    FROM post_holding WHERE ${isOneOfSql(Prisma.sql`person_id`, ids)} ORDER BY id`);

/** Of a contractor alone: other people answer to the company itself. */
function supplierOf(
  { kind, supplierId }: PersonRow,
  suppliers: Awaited<ReturnType<typeof suppliersForMatch>>,
): Pick<MatchPerson, 'supplier'> {
  const supplier = kind === 'contractor' && supplierId !== null ? suppliers.get(supplierId) : null;
  return supplier ? { supplier } : {};
}

/** Left out where nothing is due. */
const retrainingIn = (rows: readonly OpenRetraining[] = []): Pick<MatchPerson, 'retraining'> =>
  rows.length === 0
    ? {}
    : { retraining: rows.map(({ id, course, until }) => ({ id, course, until })) };

/**
 * From the day of hiring to the end of the last day at the plant. Who has left is admitted to the end of that day, and no
 * longer than until it was entered: later changes of the file admit to nothing more.
 */
function admitted(row: PersonRow, zone: string): Period[] {
  const { hiredOn, leftOn, validUntil, leftAt } = row;
  const endOf = (day: string) => midnightAfter(day, zone);
  const from = hiredOn === null ? ALWAYS : new Date(midnightOf(hiredOn, zone)).toISOString();
  const ends = [
    ...(validUntil === null ? [] : [endOf(validUntil)]),
    ...(leftAt === null ? [] : [Date.parse(leftAt)]),
    ...(leftOn === null ? [] : [endOf(leftOn)]),
  ];
  if (ends.length === 0) return [{ from, until: null }];
  const until = new Date(Math.min(...ends)).toISOString();
  return until > from ? [{ from, until }] : [];
}

const kinds: readonly string[] = ['special-work', 'special-equipment', 'guardian'];

function certificateOf(fact: MatchFact): HeldCertificate[] {
  if (!kinds.includes(fact.type)) return [];
  return [
    {
      id: fact.id,
      kind: fact.type as HeldCertificate['kind'],
      category: fact.category,
      issuedOn: fact.issuedOn ?? fact.validFrom,
      validFrom: fact.validFrom,
      validUntil: fact.validUntil,
      reviewedOn: fact.reviewedOn,
      reviewBy: fact.reviewDueOn,
      reviewExtended: fact.reviewExtended,
      checkedAt: fact.checkedAt,
      suspended: [...fact.suspensions],
      revokedAt: fact.revokedAt,
      ...(fact.type === 'guardian' && fact.validUntil === null ? { endless: true } : {}),
    },
  ];
}

/** What waits for a check counts for nothing; one that was checked later did not count then. */
const counts = (fact: MatchFact, at: Date) =>
  fact.checkedAt !== null && Date.parse(fact.checkedAt) <= at.getTime();
/** The last day is that of its term or of its review. */
const lastDayOf = ({ validUntil, reviewDueOn }: MatchFact): string | null =>
  validUntil === null || reviewDueOn === null
    ? (validUntil ?? reviewDueOn)
    : reviewDueOn < validUntil
      ? reviewDueOn
      : validUntil;
const pausesOf = ({ suspensions, revokedAt }: MatchFact): Period[] => [
  ...suspensions,
  ...(revokedAt === null ? [] : [{ from: revokedAt, until: null }]),
];

function skillOf(fact: MatchFact, at: Date): HeldSkill[] {
  if (fact.type !== 'skill' || !counts(fact, at)) return [];
  return [
    {
      skill: fact.category,
      level: fact.level ?? 1,
      from: fact.validFrom,
      until: lastDayOf(fact),
      suspended: pausesOf(fact),
    },
  ];
}

/** The result, and of the exposures that it excludes those that are asked about: what was found stays sealed. */
function fitnessOf(
  fact: MatchFact,
  at: Date,
  exposures: ReadonlySet<string>,
): MatchPerson['fitness'] {
  if (fact.type !== 'fitness' || !counts(fact, at) || fact.result === null) return [];
  return [
    {
      result: fact.result,
      notFor: fact.notFor.filter((one) => exposures.has(one)),
      on: fact.validFrom,
      until: lastDayOf(fact),
      suspended: pausesOf(fact),
    },
  ];
}

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const list = found.get(key(row));
    if (list) list.push(row);
    else found.set(key(row), [row]);
  }
  return found;
}
