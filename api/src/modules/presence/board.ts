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
import { settingSql } from '../locations/watch.ts';
import {
  type boardPage,
  type boardQuery,
  type Counts,
  type PresenceState,
  presenceStates,
  type summary,
  type summaryQuery,
} from './schema.ts';

type Query = z.output<typeof boardQuery>;

interface Row {
  id: string;
  name: string;
  employeeNo: string;
  departmentId: string;
  department: Bilingual;
  post: string | null;
  state: PresenceState;
  areaId: string | null;
  area: Bilingual | null;
  areaSince: Date | null;
  heardAt: Date | null;
}

const byNumber = listOrder('people on the board by number', 'asc', { employeeNo: 'text' });
const number = { employeeNo: Prisma.sql`r.employee_no` };

/**
 * The people in scope with their state. Fixes from before the present binding do not count; for people without consent only
 * the missing consent is read.
 */
const rows = (
  account: Account,
  { department, area, q }: Omit<Query, 'limit' | 'state' | 'cursor'>,
) =>
  Prisma.sql`
  SELECT p.id, p.name, p.employee_no, p.department_id, d.name AS department, o.name AS post,
    o.areas AS post_areas, t.area_id, t.area_since, t.heard_at,
    CASE
      WHEN t.is_tracked IS NULL THEN 'not-tracked'
      WHEN t.heard_at IS NULL OR t.is_out OR t.heard_at <= now() - ${settingSql.gone} THEN 'gone'
      WHEN t.heard_at < now() - ${settingSql.limit} THEN 'silent'
      WHEN o.areas IS NULL OR cardinality(o.areas) = 0 THEN 'on-site'
      WHEN t.at IS NULL OR t.at < now() - ${settingSql.silent} THEN 'on-site'
      WHEN t.areas && o.areas THEN 'at-post' ELSE 'elsewhere' END AS state
  FROM person p JOIN department d ON d.id = p.department_id LEFT JOIN post o ON o.id = p.post_id
  ${settingSql.join}
  LEFT JOIN LATERAL (
    SELECT TRUE AS is_tracked, g.heard_at, g.at, g.is_out, g.areas, g.area_id, g.area_since, g.intervals
    FROM badge b LEFT JOIN location_tag g ON g.badge = b.badge AND g.heard_at >= b.since
    WHERE b.person_id = p.id AND b.until IS NULL
      AND ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL
    ORDER BY g.heard_at DESC NULLS LAST LIMIT 1) t ON TRUE
  WHERE ${allOf([
    Prisma.sql`p.status = 'active'`,
    reachSql(account, 'location:read', {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
      own: ({ person }) => Prisma.sql`p.id = ${person}`,
    }),
    ...(department === undefined ? [] : [Prisma.sql`p.department_id = ${department}`]),
    ...(area === undefined
      ? []
      : [Prisma.sql`(${area}::text = ANY (o.areas) OR ${area}::text = t.area_id)`]),
    ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.employee_no`, Prisma.sql`o.name`]),
  ])}`;

const counted = Prisma.join(
  presenceStates.map(
    (one) => Prisma.sql`count(*) FILTER (WHERE r.state = ${one})::int AS ${Prisma.raw(`"${one}"`)}`,
  ),
);
const nothing = Object.fromEntries(presenceStates.map((one) => [one, 0])) as Counts;

export type Board = ReturnType<typeof createBoard>;

/** Who is at the post now, as far as badges say it. */
export function createBoard({ database }: Pick<Platform, 'database'>) {
  return {
    list: ({ account }: User, query: Query): Promise<z.infer<typeof boardPage>> =>
      database.transaction(actorOf(account), async (tx) => {
        const { state, cursor, limit, ...filters } = query;
        const found = await sqlIn(tx)<Row>(Prisma.sql`
          SELECT r.id, r.name, r.employee_no AS "employeeNo", r.department_id AS "departmentId", r.department,
            r.post, r.state, r.area_id AS "areaId", a.name AS area, r.area_since AS "areaSince",
            r.heard_at AS "heardAt"
          FROM (${rows(account, filters)}) r LEFT JOIN area a ON a.id = r.area_id
          WHERE ${allOf([
            ...(state === undefined ? [] : [Prisma.sql`r.state = ${state}`]),
            byNumber.beyondSql(byNumber.after(cursor), number),
          ])} ORDER BY ${byNumber.bySql(number)} LIMIT ${limit + 1}`);
        const page = byNumber.page(found, limit);
        const [counts = nothing] = await sqlIn(tx)<Counts>(
          Prisma.sql`SELECT ${counted} FROM (${rows(account, filters)}) r`,
        );
        return { items: page.rows.map(shown), next: page.next, counts };
      }),

    summary: (
      { account }: User,
      { by, ...filters }: z.output<typeof summaryQuery>,
    ): Promise<z.infer<typeof summary>> =>
      database.transaction(actorOf(account), async (tx) => {
        type Group = { id: string; name: Bilingual } & Counts;
        const found = await sqlIn(tx)<Group>(
          by === 'department'
            ? Prisma.sql`SELECT r.department_id AS id, r.department AS name, ${counted}
                FROM (${rows(account, filters)}) r GROUP BY 1, 2 ORDER BY 1`
            : Prisma.sql`SELECT a.id, a.name, ${counted}
                FROM (${rows(account, filters)}) r JOIN area a ON a.id = ANY (r.post_areas)
                GROUP BY 1, 2 ORDER BY 1`,
        );
        return { items: found.map(({ id, name, ...counts }) => ({ id, name, counts })) };
      }),
  };
}

/** No place is shown for people who are gone or not tracked. */
function shown(row: Row): z.infer<typeof boardPage>['items'][number] {
  const { id, name, employeeNo, post, state } = row;
  const isPlaced = state !== 'gone' && state !== 'not-tracked';
  return {
    id,
    name,
    employeeNo,
    department: { id: row.departmentId, name: row.department },
    post,
    state,
    area:
      isPlaced && row.areaId !== null
        ? { id: row.areaId, name: row.area ?? { zh: row.areaId, en: row.areaId } }
        : null,
    areaSince: isPlaced ? (row.areaSince?.toISOString() ?? null) : null,
    heardAt: row.heardAt?.toISOString() ?? null,
  };
}
