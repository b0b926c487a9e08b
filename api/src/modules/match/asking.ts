import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { allOf, containsSql } from '../../platform/kit/sql.ts';
import { remainingOf } from '../people/merged.ts';
import { better, type Match } from './decide.ts';
import { type Matcher, replay } from './decisions.ts';
import type { MatchJob } from './input.ts';
import { areaJob, jobOfPostRow, machineJob, type NamedJob } from './jobs.ts';
import { decisionFor, ofMatch, placesOf, shown } from './person-places.ts';
import type { Rankings } from './rankings.ts';
import { publicReasons, type Reason } from './reasons.ts';
import type { DecisionView, MatchAnswer, MatchRequest, PersonPlaces } from './schema.ts';
import { readReasonViews, type ShownPerson, seesOf } from './show.ts';
import { standingFor } from './standing.ts';
import { summaryOf } from './summary.ts';

export type Asking = ReturnType<typeof createAsking>;

/** What people ask the matcher on pages and by the API. */
export function createAsking({
  units,
  matcher,
  rankings,
}: {
  units: Units;
  matcher: Matcher;
  rankings: Rankings;
}) {
  const answer = (user: User, asked: MatchRequest, signal?: AbortSignal): Promise<MatchAnswer> =>
    units.run(user, async ({ tx }) => {
      const ids =
        asked.people && (await Promise.all(asked.people.map((id) => remainingOf(tx, id))));
      const request = ids === undefined ? asked : { ...asked, people: [...new Set(ids)] };
      const { name, job } = await jobOf(tx, request);
      const at = request.at === undefined ? new Date() : new Date(request.at);
      const people = await peopleWithin(tx, user.account, request);
      const views = await readReasonViews(tx);
      const rows =
        request.people === undefined
          ? await ranked(tx, user.account, people, job, at, signal)
          : await kept(tx, request.people, people, job, at);
      // Of what is shown: the decision itself would tell a missing medical check from a missing certificate.
      const counts = { allow: 0, hold: 0, deny: 0 };
      for (const { person, ...row } of rows) {
        counts[decisionFor(row, seesOf(user.account, person)).decision]++;
      }
      const items = rows.slice(0, request.limit).map(({ person, ...row }) => ({
        person: { id: person.id, name: person.name, employeeNo: person.employeeNo },
        department: { id: person.departmentId, name: person.departmentName },
        post: person.post,
        ...shown(user.account, person, row, views),
        publicReasons: publicReasons(row.reasons),
        violations: row.violations,
        decisionId: row.id,
      }));
      return { job: { id: job.id, name }, at: at.toISOString(), items, counts };
    });

  return {
    /**
     * Candidates ranked, or certain people whose decisions are kept.
     *
     * @param closed aborted where the client goes away.
     * @throws Problem `match.target` where not exactly one thing is asked about, `person.unknown` beyond the
     *   reach, `match.busy` and `match.replaced` of a ranking.
     */
    match: (user: User, asked: MatchRequest, closed: AbortSignal): Promise<MatchAnswer> =>
      asked.people === undefined
        ? rankings.run(user.account.id, closed, (signal) => answer(user, asked, signal))
        : answer(user, asked),

    /** Where a person may work. @throws Problem `person.unknown` beyond the reach. */
    ofPerson: (user: User, id: string, given: string | undefined): Promise<PersonPlaces> =>
      units.run(user, async ({ tx }) => {
        const at = given === undefined ? new Date() : new Date(given);
        const person = await personWithin(tx, user.account, id);
        const sees = seesOf(user.account, person);
        const items = await placesOf(tx, matcher, { person: id, at, sees });
        return {
          person: { id: person.id, name: person.name, employeeNo: person.employeeNo },
          at: at.toISOString(),
          items,
          summary: summaryOf(items),
        };
      }),

    /** A decision that was kept, and whether it replays equal. @throws Problem `match.unknown`. */
    decision: (user: User, id: string): Promise<DecisionView> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.matchDecision.findFirst({ where: { id }, include: { book: true } });
        const [person] = row
          ? await peopleWithin(tx, user.account, { people: [row.personId] })
          : [];
        if (!row || !person) throw new Problem('match.unknown');
        const { match, equal } = replay(row);
        const kept = {
          decision: row.decision as Match['decision'],
          final: row.final,
          reasons: row.reasons as unknown as Reason[],
          hints: match.hints,
          validUntil: row.validUntil,
        };
        return {
          id,
          person: { id: person.id, name: person.name, employeeNo: person.employeeNo },
          job: row.jobId,
          at: row.at.toISOString(),
          askedAt: row.askedAt.toISOString(),
          ...shown(user.account, person, kept, await readReasonViews(tx)),
          rules: row.rules as DecisionView['rules'],
          replay: { equal, decision: match.decision },
        };
      }),
  };

  async function ranked(
    tx: Transaction,
    account: Account,
    people: readonly ShownPerson[],
    job: MatchJob,
    at: Date,
    signal?: AbortSignal,
  ) {
    const byId = new Map(people.map((one) => [one.id, one]));
    const found = await matcher.candidates(tx, [...byId.keys()], job, at, signal);
    return found
      .map((one) => {
        const person = byId.get(one.person) as ShownPerson;
        const sees = seesOf(account, person);
        const violations = sees.violations ? one.violations : null;
        const row = { ...ofMatch(one), id: null, person, violations };
        return { row, standing: standingFor(one, sees) };
      })
      .sort((a, b) => better(a.standing, b.standing))
      .map(({ row }) => row);
  }

  async function kept(
    tx: Transaction,
    asked: readonly string[],
    people: readonly ShownPerson[],
    job: MatchJob,
    at: Date,
  ) {
    const byId = new Map(people.map((one) => [one.id, one]));
    const rows = [];
    for (const id of new Set(asked)) {
      const person = byId.get(id);
      if (!person) throw new Problem('person.unknown');
      const decision = await matcher.decideFor(tx, { person: id, job }, at);
      rows.push({ ...decision, violations: null, person });
    }
    return rows;
  }
}

/** @throws Problem `match.target`, or that of the thing that does not exist. */
async function jobOf(
  tx: Transaction,
  { machine, area, post, job }: Pick<MatchRequest, 'machine' | 'area' | 'post' | 'job'>,
): Promise<NamedJob> {
  const given = [machine, area, post, job].filter((one) => one !== undefined);
  if (given.length !== 1) throw new Problem('match.target');
  if (machine !== undefined) return machineJob(tx, machine);
  if (area !== undefined) return areaJob(tx, area);
  if (post !== undefined) return jobOfPostRow(tx, post);
  return {
    name: { zh: '其他工作', en: 'Another job' },
    job: {
      id: 'job:given',
      area: job?.area ?? null,
      machine: job?.machine ?? null,
      kinds: job?.kinds ?? [],
      posts: job?.posts ?? [],
      certificates: job?.certificates ?? [],
      skills: job?.skills ?? [],
      exposures: [],
      fitness: false,
      trainings: [],
      permit: job?.permit ?? null,
      leastAge: null,
      leastHours: null,
      byPost: [],
    },
  };
}

/** Those of the people, or those who work here, within the reach of the account. */
async function peopleWithin(
  tx: Transaction,
  account: Account,
  { people, department, q }: Pick<MatchRequest, 'people' | 'department' | 'q'>,
): Promise<ShownPerson[]> {
  const where = [
    reachSql(account, 'match:read', {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
      own: ({ person }) => Prisma.sql`p.id = ${person}`,
    }),
    ...(people
      ? [Prisma.sql`p.id = ANY(${people})`]
      : [Prisma.sql`p.status = 'active' AND p.kind <> 'visitor'`]),
    ...(department === undefined ? [] : [Prisma.sql`p.department_id = ${department}`]),
    ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.employee_no`]),
  ];
  return sqlIn(tx)<ShownPerson>(Prisma.sql`
    SELECT p.id, p.name, p.employee_no AS "employeeNo", p.post, p.department_id AS "departmentId",
      d.name AS "departmentName", d.site
    FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
    WHERE ${allOf(where)}`);
}

async function personWithin(tx: Transaction, account: Account, id: string): Promise<ShownPerson> {
  const [person] = await peopleWithin(tx, account, { people: [id] });
  if (!person) throw new Problem('person.unknown');
  return person;
}
