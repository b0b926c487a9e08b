import type { z } from 'zod';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { newId } from '../../platform/db/ids.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import { operatorAt } from '../gates/signed-on.ts';
import { refusalsOf } from './ground.ts';
import { type Plate, readPlate } from './plate.ts';
import type * as schema from './schema.ts';
import { refuse, todayAt } from './words.ts';

/** The source of a pass that a person entered. */
const BY_HAND = 'by-hand';
/** A pass is entered within so many days, and not before it was, ms. */
const OLDEST_MS = 7 * 86_400_000;
const AHEAD_MS = 60_000;

/**
 * Passes that a person enters, such as that of a visitor’s truck without a tag, so that the gate log is complete. A plate in
 * the register is that vehicle, and its place on or off the site follows.
 */
export function createByHand({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  return {
    /** @returns the id of the pass. @throws Problem `vehicle.pass-fields` with the field that is wrong. */
    enter: (user: User, input: z.infer<typeof schema.passBody>): Promise<string> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { plate, area, direction, company, note } = input;
        const place = await tx.area.findFirst({ where: { id: area, active: true } });
        const where = { department: place?.departmentId ?? null, site: place?.site ?? null };
        if (!place || !isWithin(user.account, reachOf(user.account, 'vehicle:review'), where)) {
          throw refuse(
            'area',
            '您的权限范围内没有这个在用区域。',
            'There is no such area in use within your reach.',
          );
        }
        const now = Date.now();
        const at = input.at === undefined ? new Date(now) : new Date(input.at);
        if (at.getTime() > now + AHEAD_MS || at.getTime() < now - OLDEST_MS) {
          throw refuse(
            'at',
            '时间须在最近七天内。',
            'The time has to be within the last seven days.',
          );
        }
        const { shown, key } = readPlate(plate) as Plate;
        const vehicle = await tx.vehicle.findFirst({
          where: { plateKey: key, status: { not: 'retired' } },
        });
        const today = todayAt(settings.timeZone, at);
        const codes = vehicle
          ? refusalsOf({ ...vehicle, validUntil: dayText(vehicle.validUntil) }, null, today)
          : [];
        const id = newId();
        const machineId = vehicle?.machineId ?? null;
        await tx.vehiclePass.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              vehicleId: vehicle?.id ?? null,
              plate: vehicle?.plate ?? shown,
              source: BY_HAND,
              direction,
              areaId: area,
              at,
              machineId,
              driverId: machineId === null ? null : await operatorAt(tx, machineId, at),
              admitted: codes.length === 0,
              company: company ?? vehicle?.company ?? null,
              note,
              enteredBy: user.account.id,
            },
          ],
        });
        const newer = vehicle && {
          vehicleId: vehicle.id,
          direction: { not: 'through' },
          at: { gt: at },
        };
        if (
          newer &&
          direction !== 'through' &&
          !(await tx.vehiclePass.findFirst({ where: newer }))
        ) {
          await tx.vehicle.updateMany({
            where: { id: vehicle.id },
            data: { onSite: direction === 'in', onSiteAt: at },
          });
        }
        await unit.audit({
          action: 'create',
          entity: 'vehicle-pass',
          id,
          after: { plate: shown, direction, area, at: at.toISOString(), company, note },
        });
        const data = { pass: id, vehicle: vehicle?.id ?? null };
        await unit.emit({ entity: 'vehicle-pass', what: 'logged', subject: id, data });
        return id;
      }),
  };
}
