import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Right } from '../fences/intrusions.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { type Driven, refusalsOf } from './ground.ts';
import type { VehicleCode } from './schema.ts';
import { ANYWHERE, type PortalRead, wasAllowed } from './state.ts';
import { SAME_PASS_MS } from './watch.ts';
import { todayAt } from './words.ts';

/** A pass of a vehicle that may not be used. */
export interface RefusedPass {
  at: Date;
  area: string | null;
  codes: VehicleCode[];
}

/**
 * Writes reads at portals to the gate log, each pass once: a read of the same portal within half a minute belongs to it,
 * and a vehicle that is out leaves no second time, unless it was heard on the site meanwhile. The driver is who had signed on at the vehicle, and no person who
 * happened to be near. A read that comes late is held against what counted then.
 *
 * @param by.rights as they changed, by area.
 * @returns those of a vehicle that is blocked or not valid any more.
 */
export async function logReads(
  unit: Unit,
  by: {
    tenant: string;
    vehicle: Driven;
    rights: Readonly<Record<string, readonly Right[]>>;
    timeZone: string;
  },
  reads: readonly PortalRead[],
): Promise<RefusedPass[]> {
  const { tx } = unit;
  const { tenant, vehicle, rights, timeZone } = by;
  const refused: RefusedPass[] = [];
  for (const read of [...reads].sort((a, b) => a.at - b.at)) {
    const at = new Date(read.at);
    const near = await tx.vehiclePass.findFirst({
      where: {
        vehicleId: vehicle.id,
        source: read.source,
        at: { gte: new Date(read.at - SAME_PASS_MS), lte: new Date(read.at + SAME_PASS_MS) },
      },
      select: { id: true },
    });
    if (near) continue;
    const before = await tx.vehiclePass.findFirst({
      where: { vehicleId: vehicle.id, at: { lt: at } },
      orderBy: { at: 'desc' },
      select: { direction: true },
    });
    const wasOut = before === null || before.direction === 'out';
    if (read.isOut && before?.direction === 'out' && !vehicle.onSite) continue;
    const codes = wasAllowed(rights[ANYWHERE] ?? [], read.at)
      ? []
      : refusalsOf(vehicle, null, todayAt(timeZone, at));
    const id = newId();
    const { machineId } = vehicle;
    const { count } = await tx.vehiclePass.createMany({
      data: [
        {
          tenantId: tenant,
          id,
          vehicleId: vehicle.id,
          plate: vehicle.plate,
          tag: vehicle.tag,
          source: read.source,
          direction: read.isOut ? 'out' : wasOut ? 'in' : 'through',
          areaId: read.area,
          at,
          late: read.late,
          machineId,
          driverId: machineId === null ? null : await operatorAt(tx, machineId, at),
          admitted: codes.length === 0,
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) continue;
    const data = { pass: id, vehicle: vehicle.id };
    await unit.emit({ entity: 'vehicle-pass', what: 'logged', subject: id, data });
    // Out of the site it does no harm.
    if (codes.length > 0 && !read.isOut) refused.push({ at, area: read.area, codes });
  }
  return refused;
}
