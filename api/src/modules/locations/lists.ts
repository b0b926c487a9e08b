import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { allOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { measure } from './judge.ts';
import type {
  badgeCondition,
  badgeConditions,
  badgeHeard,
  badgeQuery,
  badgesHeard,
  conditionQuery,
} from './schema.ts';
import { latestSeconds, usual } from './settings.ts';
import { LEAST_INTERVALS, settingSql } from './watch.ts';

/** More late intervals than this share make a badge late. */
const LATE_SHARE = 0.2;

interface BadgeRow {
  badge: string;
  personId: string | null;
  name: string | null;
  employeeNo: string | null;
  heardAt: Date;
  source: string;
  intervals: number[];
  battery: number | null;
  keepSeconds: number;
  silentAfterSeconds: number | null;
  state: z.infer<typeof badgeHeard>['state'];
}
type Condition = z.infer<typeof badgeCondition>;
interface ConditionRow {
  id: string;
  badge: string;
  kind: Condition['kind'];
  personId: string | null;
  name: string | null;
  employeeNo: string | null;
  department: Bilingual | null;
  begunAt: Date;
  endedAt: Date | null;
  endedBy: Condition['endedBy'];
  about: string | null;
  camera: string | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: Bilingual | null;
  acknowledgedNote: string | null;
}

const byBadge = listOrder('badges by name', 'asc', { badge: 'text' });
const byTime = listOrder('conditions by time', 'desc', { begunAt: 'time', id: 'id' });
const conditionColumns = { begunAt: Prisma.sql`c.begun_at`, id: Prisma.sql`c.id` };

/** Badges of people within the account's scope; unassigned badges need the scope `all`. */
const reach = (account: Account) =>
  reachSql(account, 'location:read', {
    site: Prisma.sql`d.site`,
    department: Prisma.sql`p.department_id`,
    own: ({ person }) => Prisma.sql`p.id = ${person}`,
  });
const keep = Prisma.sql`coalesce(s.keep_seconds, ${usual.keepSeconds})`;
const late = Prisma.sql`(cardinality(t.intervals) >= ${LEAST_INTERVALS} AND (
  SELECT count(*) FROM unnest(t.intervals) AS i (s) WHERE i.s > greatest(60, ${keep} + 30)
) > ${LATE_SHARE}::float8 * cardinality(t.intervals))`;
const stateSql = Prisma.sql`CASE
  WHEN t.is_out OR t.heard_at <= now() - ${settingSql.gone} THEN 'away'
  WHEN t.heard_at < now() - ${settingSql.limit} THEN 'silent'
  WHEN ${late} THEN 'late' ELSE 'in-time' END`;

const personOf = (row: Pick<BadgeRow, 'personId' | 'name' | 'employeeNo'>) =>
  row.personId === null
    ? null
    : { id: row.personId, name: row.name ?? '', employeeNo: row.employeeNo ?? '' };

export type LocationLists = ReturnType<typeof createLocationLists>;

/** How often badges are heard against the setting, and what is wrong with them. */
export function createLocationLists({ database }: Pick<Platform, 'database'>) {
  return {
    badges: (
      { account }: User,
      query: z.output<typeof badgeQuery>,
    ): Promise<z.infer<typeof badgesHeard>> =>
      database.transaction(actorOf(account), async (tx) => {
        const found = await sqlIn(tx)<BadgeRow>(Prisma.sql`
          SELECT t.badge, p.id AS "personId", p.name, p.employee_no AS "employeeNo", t.heard_at AS "heardAt",
            t.source, t.intervals, t.battery, ${keep} AS "keepSeconds", ${stateSql} AS state,
            CASE WHEN cardinality(t.intervals) >= ${LEAST_INTERVALS}
              THEN ceil(extract(epoch FROM ${settingSql.limit}))::int END AS "silentAfterSeconds"
          FROM location_tag t
          LEFT JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.heard_at
          LEFT JOIN person p ON p.id = b.person_id LEFT JOIN department d ON d.id = p.department_id
          ${settingSql.join}
          WHERE ${allOf([
            reach(account),
            Prisma.sql`(p.id IS NULL OR ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL)`,
            ...(query.state === undefined ? [] : [Prisma.sql`${stateSql} = ${query.state}`]),
            ...containsSql(query.q, [
              Prisma.sql`t.badge`,
              Prisma.sql`p.name`,
              Prisma.sql`p.employee_no`,
            ]),
            byBadge.beyondSql(byBadge.after(query.cursor), { badge: Prisma.sql`t.badge` }),
          ])} ORDER BY ${byBadge.bySql({ badge: Prisma.sql`t.badge` })} LIMIT ${query.limit + 1}`);
        const { rows, next } = byBadge.page(found, query.limit);
        const items = rows.map(({ heardAt, intervals, ...row }) => {
          const latest = latestSeconds(row.keepSeconds);
          const { median, lateShare, count } = measure(intervals, latest);
          return {
            badge: row.badge,
            person: personOf(row),
            heardAt: heardAt.toISOString(),
            source: row.source,
            state: row.state,
            median,
            lateShare,
            intervals: count,
            keepSeconds: row.keepSeconds,
            latestSeconds: latest,
            silentAfterSeconds: row.silentAfterSeconds,
            battery: row.battery,
          };
        });
        return { items, next };
      }),

    conditions: (
      { account }: User,
      query: z.output<typeof conditionQuery>,
    ): Promise<z.infer<typeof badgeConditions>> =>
      database.transaction(actorOf(account), async (tx) => {
        const found = await sqlIn(tx)<ConditionRow>(Prisma.sql`
          SELECT c.id, c.badge, c.kind, p.id AS "personId", p.name, p.employee_no AS "employeeNo",
            d.name AS department, c.begun_at AS "begunAt", c.ended_at AS "endedAt", c.ended_by AS "endedBy",
            c.about, c.camera, c.acknowledged_at AS "acknowledgedAt", c.acknowledged_by AS "acknowledgedBy",
            c.acknowledged_note AS "acknowledgedNote"
          FROM badge_condition c LEFT JOIN person p ON p.id = c.person_id
          LEFT JOIN department d ON d.id = p.department_id
          WHERE ${allOf([
            reach(account),
            query.state === 'open'
              ? Prisma.sql`c.ended_at IS NULL`
              : Prisma.sql`c.ended_at IS NOT NULL`,
            ...(query.kind === undefined ? [] : [Prisma.sql`c.kind = ${query.kind}`]),
            byTime.beyondSql(byTime.after(query.cursor), conditionColumns),
          ])} ORDER BY ${byTime.bySql(conditionColumns)} LIMIT ${query.limit + 1}`);
        const { rows, next } = byTime.page(found, query.limit);
        const items = rows.map((row) => ({
          id: row.id,
          badge: row.badge,
          kind: row.kind,
          person: personOf(row),
          department: row.department,
          begunAt: row.begunAt.toISOString(),
          endedAt: row.endedAt?.toISOString() ?? null,
          endedBy: row.endedBy,
          about: row.about,
          camera: row.camera,
          acknowledged:
            row.acknowledgedAt === null || row.acknowledgedBy === null
              ? null
              : {
                  at: row.acknowledgedAt.toISOString(),
                  by: row.acknowledgedBy,
                  note: row.acknowledgedNote,
                },
        }));
        return { items, next };
      }),
  };
}
