import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { vehicleWithin } from './records.ts';
import { closeEvent } from './settle.ts';

/** Puts tags on vehicles, and takes them off. A tag is a person's or a vehicle's at one time, never both. */
export function createTags({ units }: Pick<Platform, 'units'>) {
  /** @throws Problem `vehicle.tag-worn`, `vehicle.tag-taken`, `vehicle.retired`. */
  async function bindWithin(unit: Unit, user: User, id: string, tag: string): Promise<string> {
    const { tx } = unit;
    const vehicle = await vehicleWithin(tx, user.account, 'vehicle:manage', id);
    if (vehicle.status === 'retired') throw new Problem('vehicle.retired');
    if (await tx.badge.findFirst({ where: { badge: tag, until: null }, select: { id: true } })) {
      throw new Problem('vehicle.tag-worn');
    }
    const other = await tx.vehicleTag.findFirst({ where: { tag, until: null } });
    if (other?.vehicleId === id) return other.id;
    if (other) throw new Problem('vehicle.tag-taken');
    const binding = newId();
    await tx.vehicleTag.createMany({
      data: [{ tenantId: user.tenant, id: binding, vehicleId: id, tag, since: new Date() }],
    });
    await unit.audit({ action: 'vehicle-tag', entity: 'vehicle', id, after: { tag } });
    const data = { vehicle: id, tag };
    await unit.emit({ entity: 'vehicle', what: 'tag-bound', subject: id, data });
    return binding;
  }

  return {
    bindWithin,

    bind: (user: User, id: string, tag: string): Promise<void> =>
      units.run(user, async (unit) => void (await bindWithin(unit, user, id, tag))),

    /** @throws Problem `vehicle.tag-unknown` where it is not on the vehicle. */
    release: (user: User, id: string, binding: string): Promise<void> =>
      units.run(user, async (unit) => {
        await vehicleWithin(unit.tx, user.account, 'vehicle:manage', id);
        if ((await endBindings(unit, id, binding)) === 0) throw new Problem('vehicle.tag-unknown');
      }),
  };
}

/** Ends the bindings of a vehicle, or one of them, with what lasts for its tag. @returns how many. */
export async function endBindings(unit: Unit, vehicle: string, binding?: string): Promise<number> {
  const { tx } = unit;
  const now = new Date();
  const bound = await tx.vehicleTag.findMany({
    where: { vehicleId: vehicle, until: null, ...(binding === undefined ? {} : { id: binding }) },
  });
  for (const { id, tag } of bound) {
    await tx.vehicleTag.updateMany({ where: { id }, data: { until: now } });
    await tx.vehicleTrack.deleteMany({ where: { tag } });
    const open = await tx.vehicleEvent.findMany({ where: { tag, state: 'open' } });
    for (const event of open) await closeEvent(unit, event, 'handed-over', now);
    const line = { entity: 'vehicle', id: vehicle } as const;
    await unit.audit({ ...line, action: 'vehicle-untag', before: { tag } });
    await unit.emit({
      entity: 'vehicle',
      what: 'tag-released',
      subject: vehicle,
      data: { vehicle, tag },
    });
  }
  return bound.length;
}
