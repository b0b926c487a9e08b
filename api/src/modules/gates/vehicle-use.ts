import { DateTime } from 'luxon';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { instantSql, type Query, queryOf } from '../../platform/db/readings.ts';
import { readPlate } from '../vehicles/plate.ts';
import { LONGEST_MS, type Outcome, refusedVehicle } from './outcome.ts';

/** Why a vehicle may not be driven, or not let in. */
export type VehicleFault = 'vehicle-blocked' | 'vehicle-expired' | 'vehicle-not-listed';

/** Whether a vehicle may be driven, and until when that is known. */
export interface VehicleUse {
  readonly fault: VehicleFault | null;
  /** The end of its last day at the plant; null for without end. */
  readonly until: Date | null;
}

/** A vehicle whose tag or plate was read at a barrier. */
export interface ShownVehicle {
  readonly id: string;
  readonly plate: string;
  readonly status: string;
  readonly statusSince: Date;
  readonly validUntil: Date | null;
  /** The restricted areas that it may enter. */
  readonly areas: readonly string[];
}

/** By its status as it is known, from when on it has it: what a vehicle did before it was blocked was allowed. */
function useOf(
  { status, statusSince, validUntil }: Pick<ShownVehicle, 'status' | 'statusSince' | 'validUntil'>,
  { timeZone, at }: { timeZone: string; at: Date },
): VehicleUse {
  const last = validUntil?.toISOString().slice(0, 10);
  const until = last ? DateTime.fromISO(last, { zone: timeZone }).endOf('day').toJSDate() : null;
  const isOver = until !== null && until < at;
  const isBlocked = status !== 'active' && statusSince <= at;
  return { fault: isBlocked ? 'vehicle-blocked' : isOver ? 'vehicle-expired' : null, until };
}

/** The use of the vehicle whose drivers sign on at a machine; null where the machine is no vehicle's. */
export async function vehicleUse(
  tx: Transaction,
  machine: string,
  when: { timeZone: string; at: Date },
): Promise<VehicleUse | null> {
  return useOfMachine(await sqlIn(tx)<VehicleOfMachine>(vehicleOfMachine(machine).sql), when);
}

interface VehicleOfMachine {
  status: string;
  /** RFC 3339. */
  statusSince: string;
  /** YYYY-MM-DD */
  validUntil: string | null;
}

/** The query of the vehicle whose drivers sign on at a machine; to be read with others. */
export const vehicleOfMachine = (machine: string): Query<VehicleOfMachine> =>
  queryOf(Prisma.sql`
    SELECT status, ${instantSql(Prisma.sql`status_since`)} AS "statusSince", valid_until::text AS "validUntil"
    FROM vehicle WHERE machine_id = ${machine} AND status <> 'retired' LIMIT 1`);

/** The use of the rows of {@link vehicleOfMachine}; null where the machine is no vehicle's. */
export function useOfMachine(
  [found]: readonly VehicleOfMachine[],
  when: { timeZone: string; at: Date },
): VehicleUse | null {
  if (!found) return null;
  const { status, statusSince, validUntil } = found;
  const until = validUntil === null ? null : new Date(validUntil);
  return useOf({ status, statusSince: new Date(statusSince), validUntil: until }, when);
}

/** The vehicle of a tag or a plate at an instant; null where it is none's. */
export async function vehicleShown(
  tx: Transaction,
  { card, plate }: { card: string | null; plate: string | null },
  at: Date,
): Promise<ShownVehicle | null> {
  if (plate !== null) {
    const plateKey = readPlate(plate)?.key;
    if (plateKey === undefined) return null;
    return tx.vehicle.findFirst({ where: { plateKey, status: { not: 'retired' } } });
  }
  if (card === null) return null;
  const rows = await tx.vehicleTag.findMany({
    where: {
      tag: { in: [card, card.toLowerCase()] },
      since: { lte: at },
      OR: [{ until: null }, { until: { gt: at } }],
    },
    include: { vehicle: true },
  });
  const ids = new Set(rows.map(({ vehicleId }) => vehicleId));
  return ids.size === 1 ? (rows[0]?.vehicle ?? null) : null;
}

/** Whether a vehicle may enter an area: where the area is restricted, only one that names it. */
export async function vehicleEntry(
  tx: Transaction,
  vehicle: ShownVehicle,
  area: string,
  when: { timeZone: string; at: Date },
): Promise<VehicleUse> {
  const use = useOf(vehicle, when);
  if (use.fault !== null || vehicle.areas.includes(area)) return use;
  const [rule] = await sqlIn(tx)(Prisma.sql`
    SELECT 1 FROM vehicle_area WHERE area_id = ${area} AND restricted AND active_since <= ${when.at}`);
  return rule ? { ...use, fault: 'vehicle-not-listed' } : use;
}

/** What a barrier is answered for a vehicle. */
export function outcomeOfVehicle({ fault, until }: VehicleUse, at: Date): Outcome {
  const ends = at.getTime() + LONGEST_MS;
  const allowed: Outcome = {
    decision: 'allow',
    final: false,
    codes: [],
    reasons: [],
    validUntil: new Date(Math.min(ends, until?.getTime() ?? ends)),
    matchId: null,
    overrideId: null,
  };
  return fault ? refusedVehicle(allowed, fault, at) : allowed;
}
