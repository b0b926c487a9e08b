import { DateTime } from 'luxon';
import type { Transaction } from '../../platform/db/database.ts';

/** Why the vehicle of a machine may not be driven. */
export type VehicleFault = 'vehicle-blocked' | 'vehicle-expired';

/** Whether a vehicle may be driven, and until when that is known. */
export interface VehicleUse {
  readonly fault: VehicleFault | null;
  /** The end of its last day at the plant; null for without end. */
  readonly until: Date | null;
}

/** The use of the vehicle whose drivers sign on at a machine; null where the machine is no vehicle's. */
export async function vehicleUse(
  tx: Transaction,
  machine: string,
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<VehicleUse | null> {
  const found = await tx.vehicle.findFirst({
    where: { machineId: machine, status: { not: 'retired' } },
    select: { status: true, validUntil: true },
  });
  if (!found) return null;
  const last = found.validUntil?.toISOString().slice(0, 10);
  const until = last ? DateTime.fromISO(last, { zone: timeZone }).endOf('day').toJSDate() : null;
  const isOver = until !== null && until < now;
  return {
    fault: found.status === 'blocked' ? 'vehicle-blocked' : isOver ? 'vehicle-expired' : null,
    until,
  };
}
