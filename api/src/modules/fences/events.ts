import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { planFixesOf } from '../locations/of-badge.ts';
import { personReach, placeJoins, placeReach } from './reach.ts';
import type * as schema from './schema.ts';
import type { FenceEventView } from './schema.ts';
import { type FenceCode, wordsOf } from './words.ts';

const newestFirst = listOrder('fence events', 'desc', { begunAt: 'time', id: 'id' });
const inTable = { begunAt: Prisma.sql`e.begun_at`, id: Prisma.sql`e.id` };
/** The path begins and ends so long before and after the event, seconds, and has at most so many points. */
const AROUND = 60;
const MOST_POINTS = 2_000;

interface Row {
  id: string;
  fenceId: string;
  fenceName: Bilingual;
  areaId: string;
  areaName: Bilingual | null;
  floorPlan: string | null;
  polygon: unknown;
  kind: FenceEventView['kind'];
  severity: FenceEventView['severity'];
  begunAt: Date;
  untilAt: Date | null;
  openedAt: Date;
  state: FenceEventView['state'];
  closedBy: string | null;
  certainty: FenceEventView['certainty'];
  codes: FenceCode[];
  reasons: { code: string; about: string | null }[];
  badge: string | null;
  personId: string | null;
  personName: string | null;
  employeeNo: string | null;
  removedAt: Date | null;
  seesPerson: boolean;
  seesPath: boolean;
  mayAcknowledge: boolean;
  acknowledgedAt: Date | null;
  acknowledgedBy: Bilingual | null;
  note: string | null;
  version: number;
}

const NOTHING = Prisma.sql`FALSE`;

function rowsWhere(
  tx: Transaction,
  account: Account,
  where: Prisma.Sql,
  limit: number,
): Promise<Row[]> {
  const has = (permission: 'fence:read' | 'fence:review' | 'location:read') =>
    account.permissions.has(permission);
  const sees = has('fence:read') ? personReach(account, 'fence:read') : NOTHING;
  const path = has('location:read') ? personReach(account, 'location:read') : NOTHING;
  const reviews = has('fence:review') ? within(account, 'fence:review') : NOTHING;
  return sqlIn(tx)<Row>(Prisma.sql`
    SELECT e.id, e.fence_id AS "fenceId", f.name AS "fenceName", e.area_id AS "areaId", a.name AS "areaName",
      a.floor_plan AS "floorPlan", a.polygon, e.kind, e.severity, e.begun_at AS "begunAt", e.until_at AS "untilAt",
      e.opened_at AS "openedAt", e.state, e.closed_by AS "closedBy", e.certainty, e.codes, e.reasons, e.badge,
      e.person_id AS "personId", s.name AS "personName", s.employee_no AS "employeeNo", e.removed_at AS "removedAt",
      coalesce(${sees}, FALSE) AS "seesPerson", coalesce(${sees} AND ${path}, FALSE) AS "seesPath",
      coalesce(${reviews}, FALSE) AS "mayAcknowledge", e.acknowledged_at AS "acknowledgedAt",
      u.display_name AS "acknowledgedBy", e.note, e.version
    FROM fence_event e JOIN area_fence f ON f.id = e.fence_id ${placeJoins(Prisma.sql`e`)}
    LEFT JOIN person s ON s.id = e.person_id LEFT JOIN department sd ON sd.id = s.department_id
    LEFT JOIN app_user u ON u.id = e.acknowledged_by
    WHERE ${where} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${limit}`);
}

/** Events of places and of people within reach. */
const within = (account: Account, permission: 'fence:read' | 'fence:review') =>
  Prisma.sql`(${placeReach(account, permission)} OR ${personReach(account, permission)})`;

const common = (row: Row) => ({
  id: row.id,
  fence: { id: row.fenceId, name: row.fenceName },
  area: { id: row.areaId, name: row.areaName },
  kind: row.kind,
  severity: row.severity,
  begunAt: row.begunAt.toISOString(),
  untilAt: row.untilAt?.toISOString() ?? null,
  openedAt: row.openedAt.toISOString(),
  state: row.state,
  closedBy: row.closedBy,
  certainty: row.certainty,
});

function show(row: Row, account: Account): FenceEventView {
  // A badge that no one wears says nothing of a person.
  const sees = row.personId === null || row.seesPerson;
  return {
    ...common(row),
    person:
      row.personId === null || row.personName === null || !sees
        ? null
        : { id: row.personId, name: row.personName, employeeNo: row.employeeNo ?? '' },
    badge: sees ? row.badge : null,
    anonymous: !sees || row.removedAt !== null,
    codes: row.codes,
    acknowledged:
      row.acknowledgedAt === null
        ? null
        : { by: row.acknowledgedBy, at: row.acknowledgedAt.toISOString(), note: row.note },
    mayAcknowledge:
      row.mayAcknowledge &&
      row.acknowledgedAt === null &&
      (row.personId === null || row.personId !== account.person),
    version: row.version,
  };
}

async function find(tx: Transaction, account: Account, id: string): Promise<Row> {
  const where = Prisma.sql`e.id = ${id} AND ${within(account, 'fence:read')}`;
  const [row] = await rowsWhere(tx, account, where, 1);
  if (!row) throw new Problem('fence.event-unknown');
  return row;
}

async function pathOf(
  tx: Transaction,
  row: Row,
): Promise<z.infer<typeof schema.eventDetail>['path']> {
  const { badge, floorPlan, begunAt, untilAt } = row;
  if (badge === null || floorPlan === null || !row.seesPath) return [];
  const around = AROUND * 1_000;
  const rows = await planFixesOf(tx, badge, {
    after: new Date(begunAt.getTime() - around),
    until: untilAt && new Date(untilAt.getTime() + around),
    floorPlan,
    limit: MOST_POINTS,
  });
  return rows.map(({ at, x, y, radius, late }) => ({
    at: at.toISOString(),
    position: [x, y],
    radius,
    late,
  }));
}

async function detailOf(tx: Transaction, row: Row, account: Account) {
  return {
    ...show(row, account),
    floorPlan: row.floorPlan,
    polygon: row.polygon as [number, number][] | null,
    path: await pathOf(tx, row),
  };
}

export type FenceEvents = ReturnType<typeof createFenceEvents>;

/** What happened at fences: for those in charge, and for the person. */
export function createFenceEvents({ units }: Pick<Platform, 'units'>) {
  return {
    list: (
      user: User,
      query: z.infer<typeof schema.eventQuery>,
    ): Promise<z.infer<typeof schema.eventPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const isAcknowledged = Prisma.sql`e.acknowledged_at IS NOT NULL`;
        const where = allOf([
          within(account, 'fence:read'),
          ...anyOf(Prisma.sql`e.state`, query.state),
          ...anyOf(Prisma.sql`e.kind`, query.kind && [query.kind]),
          ...anyOf(Prisma.sql`e.area_id`, query.area ? [query.area] : []),
          ...anyOf(Prisma.sql`e.fence_id`, query.fence ? [query.fence] : []),
          ...(query.acknowledged === undefined
            ? []
            : [
                query.acknowledged === 'yes' ? isAcknowledged : Prisma.sql`NOT (${isAcknowledged})`,
              ]),
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        return { items: rows.map((row) => show(row, account)), next };
      }),

    get: (user: User, id: string): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async ({ tx }) =>
        detailOf(tx, await find(tx, user.account, id), user.account),
      ),

    /**
     * Notes that it was looked at, once.
     *
     * @throws Problem `fence.event-unknown`, `fence.own`, `fence.acknowledged`, `fence.event-version-conflict`.
     */
    acknowledge: (
      user: User,
      id: string,
      { version, note }: z.infer<typeof schema.acknowledgeBody>,
    ): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const where = Prisma.sql`e.id = ${id} AND ${within(account, 'fence:review')}`;
        const [row] = await rowsWhere(tx, account, where, 1);
        if (!row) throw new Problem('fence.event-unknown');
        if (row.personId !== null && row.personId === account.person)
          throw new Problem('fence.own');
        if (row.acknowledgedAt !== null) throw new Problem('fence.acknowledged');
        const { count } = await tx.fenceEvent.updateMany({
          where: { id, version, acknowledgedAt: null },
          data: {
            acknowledgedBy: account.id,
            acknowledgedAt: new Date(),
            note,
            version: version + 1,
          },
        });
        if (count === 0) throw versionConflict('fence.event-version-conflict', show(row, account));
        const after = note === null ? {} : { note };
        const { personId: person } = row;
        await unit.audit({
          action: 'acknowledge-fence-event',
          entity: 'fence-event',
          id,
          person,
          after,
        });
        await unit.emit({
          entity: 'fence-event',
          what: 'acknowledged',
          subject: id,
          data: { event: id },
        });
        return detailOf(tx, (await rowsWhere(tx, account, where, 1))[0] as Row, account);
      }),

    /** Those of the person, with all reasons. */
    own: (
      user: User,
      query: z.infer<typeof schema.ownQuery>,
    ): Promise<z.infer<typeof schema.ownPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          Prisma.sql`e.person_id = ${account.person}`,
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        const items = rows.map((row) => ({
          ...common(row),
          reasons: row.reasons.map(({ code, about }) => ({ code, about, ...wordsOf(code) })),
        }));
        return { items, next };
      }),
  };
}
