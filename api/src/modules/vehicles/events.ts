import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { acknowledge, acknowledgedSql } from '../../platform/kit/acknowledgement.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { pick } from '../../platform/kit/save.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { pathOf } from './path.ts';
import { rowJoins, rowReach, seesDriver, vehicleReach } from './reach.ts';
import type * as schema from './schema.ts';
import type { VehicleEventView } from './schema.ts';
import { type NameOfKind, namesOfKinds } from './words.ts';

const newestFirst = listOrder('vehicle events', 'desc', { begunAt: 'time', id: 'id' });
const inTable = { begunAt: Prisma.sql`e.begun_at`, id: Prisma.sql`e.id` };
/** The path begins and ends so long before and after the event, ms. */
const AROUND_MS = 60_000;
const NOTHING = Prisma.sql`FALSE`;

/** Columns that are shown unchanged. */
const SHOWN = [
  'id',
  'kind',
  'severity',
  'codes',
  'speedKmh',
  'limitKmh',
  'state',
  'closedBy',
  'version',
] as const;

interface Row extends Pick<VehicleEventView, (typeof SHOWN)[number]> {
  vehicleId: string;
  plate: string;
  vehicleKind: string;
  /** Its machine at the time of the event, and now. */
  machines: (string | null)[];
  tag: string;
  areaId: string | null;
  areaName: Bilingual | null;
  floorPlan: string | null;
  polygon: unknown;
  driverId: string | null;
  driverName: string | null;
  employeeNo: string | null;
  seesDriver: boolean;
  seesPath: boolean;
  mayAcknowledge: boolean;
  begunAt: Date;
  untilAt: Date | null;
  openedAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: Bilingual | null;
  note: string | null;
}

function rowsWhere(
  tx: Transaction,
  account: Account,
  where: Prisma.Sql,
  limit: number,
): Promise<Row[]> {
  const { permissions } = account;
  const path = permissions.has('location:read') ? vehicleReach(account, 'location:read') : NOTHING;
  const reviews = permissions.has('vehicle:review') ? rowReach(account, 'vehicle:review') : NOTHING;
  return sqlIn(tx)<Row>(Prisma.sql`
    SELECT e.id, e.vehicle_id AS "vehicleId", e.plate, v.kind AS "vehicleKind", ARRAY[e.machine_id, v.machine_id] AS machines, e.tag,
      e.kind, e.area_id AS "areaId", a.name AS "areaName", a.floor_plan AS "floorPlan", a.polygon, e.severity, e.codes,
      e.speed_kmh AS "speedKmh", e.limit_kmh AS "limitKmh", e.driver_id AS "driverId", s.name AS "driverName",
      s.employee_no AS "employeeNo", ${seesDriver(account)} AS "seesDriver", coalesce(${path}, FALSE) AS "seesPath",
      coalesce(${reviews}, FALSE) AS "mayAcknowledge", e.begun_at AS "begunAt", e.until_at AS "untilAt",
      e.opened_at AS "openedAt", e.state, e.closed_by AS "closedBy", e.acknowledged_at AS "acknowledgedAt",
      u.display_name AS "acknowledgedBy", e.note, e.version
    FROM vehicle_event e ${rowJoins(Prisma.sql`e`)} LEFT JOIN app_user u ON u.id = e.acknowledged_by
    WHERE ${where} ORDER BY ${newestFirst.bySql(inTable)} LIMIT ${limit}`);
}

function show(row: Row, account: Account, nameOf: NameOfKind): VehicleEventView {
  const isKnown = row.driverId !== null && row.driverName !== null;
  return {
    ...pick(row, SHOWN),
    vehicle: { id: row.vehicleId, plate: row.plate, kindName: nameOf(row.vehicleKind) },
    area: row.areaId === null ? null : { id: row.areaId, name: row.areaName },
    driver:
      isKnown && row.seesDriver
        ? {
            id: row.driverId as string,
            name: row.driverName as string,
            employeeNo: row.employeeNo ?? '',
          }
        : null,
    driverHidden: isKnown && !row.seesDriver,
    begunAt: row.begunAt.toISOString(),
    untilAt: row.untilAt?.toISOString() ?? null,
    openedAt: row.openedAt.toISOString(),
    acknowledged:
      row.acknowledgedAt === null
        ? null
        : { by: row.acknowledgedBy, at: row.acknowledgedAt.toISOString(), note: row.note },
    mayAcknowledge:
      row.mayAcknowledge &&
      row.acknowledgedAt === null &&
      (row.driverId === null || row.driverId !== account.person),
  };
}

async function detailOf(
  tx: Transaction,
  row: Row,
  account: Account,
): Promise<z.infer<typeof schema.eventDetail>> {
  const around = (at: Date, ms: number) => new Date(at.getTime() + ms);
  const { floorPlan, ...way } = row.seesPath
    ? await pathOf(tx, row, {
        from: around(row.begunAt, -AROUND_MS),
        until: around(row.untilAt ?? new Date(), AROUND_MS),
        floorPlan: row.floorPlan,
      })
    : { floorPlan: row.floorPlan, path: [], pathHidden: false };
  return {
    ...show(row, account, await namesOfKinds(tx)),
    floorPlan,
    polygon: row.polygon as [number, number][] | null,
    ...way,
  };
}

export type VehicleEvents = ReturnType<typeof createVehicleEvents>;

/** What vehicles did that they may not: seen and acknowledged. */
export function createVehicleEvents({ units }: Pick<Platform, 'units'>) {
  return {
    list: (
      user: User,
      query: z.infer<typeof schema.eventQuery>,
    ): Promise<z.infer<typeof schema.eventPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          rowReach(account, 'vehicle:read'),
          ...anyOf(Prisma.sql`e.state`, query.state),
          ...anyOf(Prisma.sql`e.kind`, query.kind && [query.kind]),
          ...anyOf(Prisma.sql`e.area_id`, query.area ? [query.area] : []),
          ...anyOf(Prisma.sql`e.vehicle_id`, query.vehicle ? [query.vehicle] : []),
          ...acknowledgedSql(Prisma.sql`e.acknowledged_at`, query.acknowledged),
          newestFirst.beyondSql(newestFirst.after(query.cursor), inTable),
        ]);
        const found = await rowsWhere(tx, account, where, query.limit + 1);
        const { rows, next } = newestFirst.page(found, query.limit);
        const nameOf = await namesOfKinds(tx);
        return { items: rows.map((row) => show(row, account, nameOf)), next };
      }),

    get: (user: User, id: string): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async ({ tx }) => {
        const where = Prisma.sql`e.id = ${id} AND ${rowReach(user.account, 'vehicle:read')}`;
        const [row] = await rowsWhere(tx, user.account, where, 1);
        if (!row) throw new Problem('vehicle.event-unknown');
        return detailOf(tx, row, user.account);
      }),

    /**
     * Notes what was found or done, once.
     *
     * @throws Problem `vehicle.event-unknown`, `vehicle.own`, `vehicle.acknowledged`,
     *   `vehicle.event-version-conflict`.
     */
    acknowledge: (
      user: User,
      id: string,
      { version, note }: z.infer<typeof schema.acknowledgeBody>,
    ): Promise<z.infer<typeof schema.eventDetail>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const where = Prisma.sql`e.id = ${id} AND ${rowReach(account, 'vehicle:review')}`;
        const [row] = await rowsWhere(tx, account, where, 1);
        if (!row) throw new Problem('vehicle.event-unknown');
        await acknowledge(unit, account, {
          entity: 'vehicle-event',
          action: 'acknowledge-vehicle-event',
          id,
          version,
          note,
          person: row.driverId,
          acknowledgedAt: row.acknowledgedAt,
          problems: {
            own: 'vehicle.own',
            done: 'vehicle.acknowledged',
            conflict: 'vehicle.event-version-conflict',
          },
          data: { vehicle: row.vehicleId },
          write: (data) =>
            tx.vehicleEvent.updateMany({ where: { id, version, acknowledgedAt: null }, data }),
          show: async () => show(row, account, await namesOfKinds(tx)),
        });
        return detailOf(tx, (await rowsWhere(tx, account, where, 1))[0] as Row, account);
      }),
  };
}
