import { DateTime } from 'luxon';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import type { Matcher } from '../match/decisions.ts';
import { reasonForms } from '../match/reasons.ts';
import { restOf } from './check-crew.ts';
import { partsOf } from './parts.ts';
import { areaId as areaOf, jobsWhere, placeJoins, planReach, wideReach } from './places.ts';
import type { Board, BoardQuery, OwnList } from './schema.ts';
import { showJobs } from './show.ts';
import type { JobState } from './words.ts';

const MOST_PLACES = 2_000;
const MOST_OWN = 100;

/** Monday to Sunday of the week of a day, as instants of the zone: a day with a clock change has 23 or 25 hours. */
export function weekOf(day: string, timeZone: string): { day: string; from: Date; until: Date }[] {
  const monday = DateTime.fromISO(day, { zone: timeZone }).startOf('week');
  return Array.from({ length: 7 }, (_, n) => {
    const from = monday.plus({ days: n });
    return {
      day: from.toISODate() as string,
      from: from.toJSDate(),
      until: from.plus({ days: 1 }).toJSDate(),
    };
  });
}

const states: Record<BoardQuery['state'], Prisma.Sql> = {
  all: Prisma.sql`TRUE`,
  open: Prisma.sql`j.status IN ('planned', 'running')`,
  short: Prisma.sql`j.status IN ('planned', 'running') AND greatest(j.min_crew, o.min_crew) > (SELECT count(*) FROM work_assignment w
    WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id AND w.ended_at IS NULL AND w.lost_at IS NULL)`,
  lost: Prisma.sql`j.status IN ('planned', 'running') AND EXISTS (SELECT 1 FROM work_assignment w
    WHERE w.tenant_id = j.tenant_id AND w.job_id = j.id AND w.ended_at IS NULL AND w.lost_at IS NOT NULL)`,
};

/** The week of jobs, what may be planned, and one's own work. */
export function createBoard({
  units,
  settings,
  matcher,
}: Pick<Platform, 'units' | 'settings'> & { matcher: Matcher }) {
  const { timeZone } = settings;
  return {
    week: (user: User, query: BoardQuery): Promise<Board> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const today = DateTime.now().setZone(timeZone).toISODate() as string;
        const days = weekOf(query.day ?? today, timeZone);
        const [first, last] = [days[0], days[6]] as [(typeof days)[0], (typeof days)[0]];
        const where = [
          // A job lasts 7 days at most, so the index on the begin bounds the rows from both sides.
          Prisma.sql`j.from_at < ${last.until} AND j.from_at > ${new Date(first.from.getTime() - 7 * 86_400_000)}`,
          Prisma.sql`j.until_at > ${first.from}`,
          states[query.state],
          // Who is missing says who of the others may not work.
          ...(query.state === 'short' || query.state === 'lost' ? [wideReach(account)] : []),
          ...(query.area === undefined ? [] : [Prisma.sql`${areaOf} = ${query.area}`]),
          ...(query.machine === undefined ? [] : [Prisma.sql`j.machine_id = ${query.machine}`]),
        ];
        const rows = await jobsWhere(tx, account, where, query.limit + 1);
        return {
          timeZone,
          today,
          days: days.map((one) => ({
            day: one.day,
            from: one.from.toISOString(),
            until: one.until.toISOString(),
          })),
          items: await showJobs(tx, account, rows.slice(0, query.limit)),
          more: rows.length > query.limit,
          mayManage: account.permissions.has('assignment:manage'),
        };
      }),

    /** Where the account plans, and what is offered. */
    choices: (user: User) =>
      units.run(user, async ({ tx }) => {
        const rows = await sqlIn(tx)<{
          areaId: string | null;
          areaName: Bilingual | null;
          machineId: string | null;
          machineName: Bilingual | null;
        }>(Prisma.sql`
          SELECT a.id AS "areaId", a.name AS "areaName", e.id AS "machineId", e.name AS "machineName"
          FROM (
            SELECT tenant_id, NULL::text AS machine_id, id::text AS area_id, 'planned' AS status FROM area WHERE active
            UNION ALL SELECT tenant_id, id::text, area_id::text, 'planned' FROM equipment
          ) j ${placeJoins} WHERE ${planReach(user.account)}
          ORDER BY a.id NULLS LAST, e.id NULLS FIRST LIMIT ${MOST_PLACES}`);
        const posts = await tx.post.findMany({
          where: { active: true },
          select: { id: true, name: true, minCrew: true },
          orderBy: { name: 'asc' },
          take: MOST_PLACES,
        });
        const place = (id: string | null, name: Bilingual | null) =>
          id === null || name === null ? null : { id, name };
        return {
          places: rows.map((one) => ({
            area: place(one.areaId, one.areaName),
            machine: place(one.machineId, one.machineName),
          })),
          works: (await wordsIn(tx, 'special-work-category'))
            .filter(({ active }) => active)
            .map(({ id, name }) => ({ id, name })),
          posts: posts.map(({ id, name, minCrew }) => ({
            id,
            name: { zh: name, en: name },
            minCrew,
          })),
        };
      }),

    /** What the person of the account is assigned to, with all reasons where they may no longer do it. */
    own: (user: User): Promise<OwnList> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        if (person === null) return { timeZone, items: [] };
        const now = new Date();
        const rows = await sqlIn(tx)<OwnRow>(Prisma.sql`
          SELECT w.id, j.id AS "jobId", j.title, j.note, ${areaOf} AS "areaId", a.name AS area, j.machine_id AS "machineId",
            e.name AS machine, j.work, j.post_id AS "postId", j.from_at AS "from", j.until_at AS "until", j.status,
            w.lost_at AS "lostAt", ARRAY(SELECT p.name FROM work_assignment o
              JOIN person p ON p.tenant_id = o.tenant_id AND p.id = o.person_id
              WHERE o.tenant_id = j.tenant_id AND o.job_id = j.id AND o.ended_at IS NULL AND o.person_id <> ${person}
              ORDER BY p.name) AS crew
          FROM work_assignment w JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id ${placeJoins}
          WHERE w.person_id = ${person} AND w.ended_at IS NULL AND (w.until_at > ${now} OR j.status = 'running')
          ORDER BY w.from_at, w.id LIMIT ${MOST_OWN}`);
        const items = [];
        for (const { jobId, areaId, machineId, work, postId, ...row } of rows) {
          const job = { id: jobId, areaId, machineId, work, postId };
          const answers =
            row.lostAt === null
              ? []
              : ((
                  await matcher.through(tx, [person], await partsOf(tx, job), restOf(row, now))
                ).get(person)?.answers ?? []);
          const codes = [
            ...new Set(answers.flatMap(({ match }) => match.reasons.map(({ code }) => code))),
          ];
          items.push({
            ...row,
            from: row.from.toISOString(),
            until: row.until.toISOString(),
            lostAt: row.lostAt?.toISOString() ?? null,
            reasons: codes.map((code) => ({
              code,
              text: reasonForms[code].text,
              cure: reasonForms[code].cure,
            })),
          });
        }
        return { timeZone, items };
      }),
  };
}

interface OwnRow {
  id: string;
  jobId: string;
  title: string;
  note: string | null;
  areaId: string | null;
  area: Bilingual | null;
  machineId: string | null;
  machine: Bilingual | null;
  work: string | null;
  postId: string | null;
  from: Date;
  until: Date;
  status: JobState;
  lostAt: Date | null;
  crew: string[];
}
