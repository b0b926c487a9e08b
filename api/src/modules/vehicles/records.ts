import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { instantSql } from '../../platform/db/readings.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { seesDriver, vehicleReach } from './reach.ts';
import type { VehicleView } from './schema.ts';
import { type NameOfKind, todayAt } from './words.ts';

export interface VehicleRow {
  id: string;
  plate: string;
  kind: string;
  model: string | null;
  departmentId: string;
  departmentName: Bilingual | null;
  company: string | null;
  areas: string[];
  areaNames: { id: string; name: Bilingual | null }[];
  maxSpeedKmh: number | null;
  machineId: string | null;
  machineName: Bilingual | null;
  status: VehicleView['status'];
  validUntil: Date | null;
  note: string | null;
  onSite: boolean;
  onSiteAt: Date | null;
  mayChange: boolean;
  tags: { id: string; tag: string; since: string; until: string | null }[];
  version: number;
}

/** The vehicles that a condition lets through; `v` is the vehicle, `vd` its department. */
export const vehiclesWhere = (
  tx: Transaction,
  account: Account,
  { where, order, limit }: { where: Prisma.Sql; order: Prisma.Sql; limit: number },
): Promise<VehicleRow[]> => {
  const manages = account.permissions.has('vehicle:manage')
    ? vehicleReach(account, 'vehicle:manage')
    : Prisma.sql`FALSE`;
  return sqlIn(tx)<VehicleRow>(Prisma.sql`
    SELECT v.id, v.plate, v.kind, v.model, v.department_id AS "departmentId", vd.name AS "departmentName", v.company,
      v.areas, coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'name', a.name) ORDER BY x.id)
        FROM unnest(v.areas) AS x (id) LEFT JOIN area a ON a.id = x.id), '[]') AS "areaNames",
      v.max_speed_kmh AS "maxSpeedKmh", v.machine_id AS "machineId", e.name AS "machineName", v.status,
      v.valid_until AS "validUntil", v.note, v.on_site AS "onSite", v.on_site_at AS "onSiteAt", v.version,
      coalesce(${manages}, FALSE) AS "mayChange",
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'tag', t.tag, 'since', ${instantSql(Prisma.sql`t.since`)},
        'until', ${instantSql(Prisma.sql`t.until`)}) ORDER BY t.until IS NULL DESC, t.since DESC)
        FROM vehicle_tag t WHERE t.vehicle_id = v.id), '[]') AS tags
    FROM vehicle v LEFT JOIN department vd ON vd.id = v.department_id LEFT JOIN equipment e ON e.id = v.machine_id
    WHERE ${where} ORDER BY ${order} LIMIT ${limit}`);
};

/** A vehicle within reach. @throws Problem `vehicle.unknown`. */
export async function vehicleWithin(
  tx: Transaction,
  account: Account,
  permission: Permission,
  id: string,
): Promise<VehicleRow> {
  const where = Prisma.sql`v.id = ${id} AND ${vehicleReach(account, permission)}`;
  const [row] = await vehiclesWhere(tx, account, { where, order: Prisma.sql`v.id`, limit: 1 });
  if (!row) throw new Problem('vehicle.unknown');
  return row;
}

/** A row as it is answered. */
export const showVehicle = (
  row: VehicleRow,
  { nameOf, timeZone }: { nameOf: NameOfKind; timeZone: string },
  driver: VehicleView['driver'] = null,
): VehicleView => {
  const validUntil = dayText(row.validUntil);
  return {
    ...row,
    kindName: nameOf(row.kind),
    validUntil,
    expired: validUntil !== null && validUntil < todayAt(timeZone),
    onSiteAt: row.onSiteAt?.toISOString() ?? null,
    driver,
  };
};

/** Who has signed on at the machine of a vehicle now, as far as the account reads names. */
export async function driverNow(
  tx: Transaction,
  account: Account,
  { id, machineId }: Pick<VehicleRow, 'id' | 'machineId'>,
): Promise<VehicleView['driver']> {
  const person = machineId === null ? null : await operatorAt(tx, machineId, new Date());
  if (person === null) return null;
  const [found] = await sqlIn(tx)<NonNullable<VehicleView['driver']>>(Prisma.sql`
    SELECT s.id, s.name, s.employee_no AS "employeeNo" FROM person s JOIN department sd ON sd.id = s.department_id,
      vehicle v LEFT JOIN department vd ON vd.id = v.department_id
    WHERE s.id = ${person} AND v.id = ${id} AND ${seesDriver(account)}`);
  return found ?? null;
}
