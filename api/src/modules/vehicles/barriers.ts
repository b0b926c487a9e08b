import { z } from 'zod';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { FEATURE } from './manifest.ts';

const letThrough = z.object({
  kind: z.enum(['entry', 'exit']),
  target: z.string(),
  device: z.string(),
  vehicle: z.string(),
  at: z.iso.datetime({ offset: true }),
});

/** A vehicle that a barrier let through is in the gate log, by the name of the point. */
export function logBarriers({
  consumers,
  settings,
}: Pick<Platform, 'consumers' | 'settings'>): void {
  consumers.on({
    name: 'vehicles.barriers',
    feature: FEATURE,
    types: ['cn.anshi.gate-decision.allowed.v1'],
    async handle(unit, event) {
      const read = letThrough.safeParse(event.data);
      if (!read.success) return;
      const { tx } = unit;
      const { target, device, vehicle: vehicleId } = read.data;
      const at = new Date(read.data.at);
      const vehicle = await tx.vehicle.findFirst({ where: { id: vehicleId } });
      if (!vehicle) return;
      const before = await tx.vehiclePass.findFirst({
        where: { vehicleId, at: { lt: at } },
        orderBy: { at: 'desc' },
        select: { direction: true },
      });
      const wasOut = before === null || before.direction === 'out';
      const { plate, machineId } = vehicle;
      const id = newId();
      const { count } = await tx.vehiclePass.createMany({
        data: [
          {
            tenantId: settings.tenant,
            id,
            vehicleId,
            plate,
            source: device,
            // Out of an area is not out of the site: that is said by a reader of a way out.
            direction: read.data.kind === 'entry' && wasOut ? 'in' : 'through',
            areaId: target,
            at,
            machineId,
            driverId: machineId === null ? null : await operatorAt(tx, machineId, at),
            admitted: true,
          },
        ],
        skipDuplicates: true,
      });
      if (count === 0) return;
      const data = { pass: id, vehicle: vehicleId };
      await unit.emit({ entity: 'vehicle-pass', what: 'logged', subject: id, data });
    },
  });
}
