import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { planFixesOf } from '../locations/of-badge.ts';
import { personReach, placeJoins, placeReach } from './reach.ts';
import type * as schema from './schema.ts';
import type { FenceEventView } from './schema.ts';
import { wornAround } from './wearer.ts';
import type { FenceCode } from './words.ts';

export const newestFirst = listOrder('fence events', 'desc', { begunAt: 'time', id: 'id' });
export const inTable = { begunAt: Prisma.sql`e.begun_at`, id: Prisma.sql`e.id` };
/** The path begins and ends so long before and after the event, seconds, and has at most so many points. */
const AROUND = 60;
const MOST_POINTS = 2_000;

/** An event with what the account may see of it. */
export interface EventRow {
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

/** Events `e` by the condition, the newest first. */
export function rowsWhere(
  tx: Transaction,
  account: Account,
  where: Prisma.Sql,
  limit: number,
): Promise<EventRow[]> {
  const has = (permission: 'fence:read' | 'fence:review' | 'location:read') =>
    account.permissions.has(permission);
  const sees = has('fence:read') ? personReach(account, 'fence:read') : NOTHING;
  const path = has('location:read') ? personReach(account, 'location:read') : NOTHING;
  const reviews = has('fence:review') ? within(account, 'fence:review') : NOTHING;
  return sqlIn(tx)<EventRow>(Prisma.sql`
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
export const within = (account: Account, permission: 'fence:read' | 'fence:review') =>
  Prisma.sql`(${placeReach(account, permission)} OR ${personReach(account, permission)})`;

/** The fields that every reader of an event gets. */
export const common = (row: EventRow) => ({
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

/** An event as the account may read it. */
export function show(row: EventRow, account: Account): FenceEventView {
  // A badge without a wearer says nothing of a person.
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
        : {
            by: row.acknowledgedBy,
            at: row.acknowledgedAt.toISOString(),
            // It may say who it was.
            note: sees ? row.note : null,
          },
    mayAcknowledge:
      row.mayAcknowledge &&
      row.acknowledgedAt === null &&
      (row.personId === null || row.personId !== account.person),
    version: row.version,
  };
}

/** The positions around an event while the badge was worn as it was then: others wear it before and after. */
async function pathOf(
  tx: Transaction,
  row: EventRow,
): Promise<z.infer<typeof schema.eventDetail>['path']> {
  const { badge, floorPlan, personId, begunAt, untilAt } = row;
  if (badge === null || floorPlan === null || !row.seesPath) return [];
  const worn = await wornAround(tx, badge, personId, begunAt);
  if (worn === null) return [];
  const around = AROUND * 1_000;
  const after = Math.max(begunAt.getTime() - around, (worn.from?.getTime() ?? 1) - 1);
  const until = Math.min(
    (untilAt?.getTime() ?? Number.POSITIVE_INFINITY) + around,
    (worn.to?.getTime() ?? Number.POSITIVE_INFINITY) - 1,
  );
  const rows = await planFixesOf(tx, badge, {
    after: new Date(after),
    until: Number.isFinite(until) ? new Date(until) : null,
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

/** The row with the outline of the area and the path of the badge. */
export async function detailOf(tx: Transaction, row: EventRow, account: Account) {
  return {
    ...show(row, account),
    floorPlan: row.floorPlan,
    polygon: row.polygon as [number, number][] | null,
    path: await pathOf(tx, row),
  };
}
