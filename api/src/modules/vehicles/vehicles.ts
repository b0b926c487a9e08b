import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, noteCreated, pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import { type Plate, readPlate } from './plate.ts';
import { driverNow, showVehicle, vehicleWithin } from './records.ts';
import type * as schema from './schema.ts';
import type { VehicleView } from './schema.ts';
import { endBindings } from './tags.ts';
import { requireAreasWithin, requireMachineWithin } from './within.ts';
import { namesOfKinds, refuse, requireKind } from './words.ts';

const ENTITY = 'vehicle';
/** What the log of changes says of a vehicle, beside its last day. */
const LOGGED = [
  'plate',
  'kind',
  'model',
  'departmentId',
  'company',
  'areas',
  'maxSpeedKmh',
  'machineId',
  'status',
  'note',
] as const;
type Fields = Partial<Omit<z.infer<typeof schema.vehicleInput>, 'plate'>> & { plate?: string };

export type Vehicles = ReturnType<typeof createVehicles>;

/** The register of vehicles. */
export function createVehicles({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  const { timeZone } = settings;

  async function view(tx: Transaction, account: Account, id: string): Promise<VehicleView> {
    const row = await vehicleWithin(tx, account, 'vehicle:read', id);
    const nameOf = await namesOfKinds(tx);
    return showVehicle(row, { nameOf, timeZone }, await driverNow(tx, account, row));
  }

  /** @throws Problem `vehicle.plate-taken` with the id of the other one. */
  async function requireFree(tx: Transaction, { key }: Plate, except: string | null) {
    const plateKey = key;
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`vehicle ${key}`}, 0))::text`;
    const other = await tx.vehicle.findFirst({
      where: { plateKey, status: { not: 'retired' }, ...(except ? { NOT: { id: except } } : {}) },
      select: { id: true },
    });
    if (other) throw new Problem('vehicle.plate-taken', undefined, { vehicle: other.id });
  }

  /** @throws Problem `vehicle.fields` for what does not exist, or is beyond the reach. */
  async function requireKnown(tx: Transaction, account: Account, given: Fields, id: string | null) {
    if (given.kind !== undefined) await requireKind(tx, given.kind);
    if (given.departmentId !== undefined) {
      const found = await tx.department.findFirst({
        where: { id: given.departmentId, active: true },
      });
      const place = { department: found?.id ?? null, site: found?.site ?? null };
      if (!found || !isWithin(account, reachOf(account, 'vehicle:manage'), place)) {
        throw refuse(
          'departmentId',
          '您的权限范围内没有这个在用部门。',
          'There is no such department in use within your reach.',
        );
      }
    }
    if (given.areas !== undefined) {
      const areas = [...new Set(given.areas)];
      const known = await tx.area.count({ where: { id: { in: areas }, active: true } });
      if (known !== areas.length) {
        throw refuse('areas', '其中有不存在的区域。', 'One of these areas does not exist.');
      }
      await requireAreasWithin(tx, account, areas, id);
    }
    if (given.machineId != null) {
      await requireMachineWithin(tx, account, given.machineId, id);
      const other = await tx.vehicle.findFirst({
        where: {
          machineId: given.machineId,
          status: { not: 'retired' },
          ...(id ? { NOT: { id } } : {}),
        },
        select: { plate: true },
      });
      if (other) {
        throw refuse(
          'machineId',
          `它是车辆 ${other.plate} 的设备。`,
          `It is the machine of the vehicle ${other.plate}.`,
        );
      }
    }
  }

  const dataOf = ({ plate, validUntil, ...given }: Fields) => ({
    ...givenOnly(given),
    ...(plate === undefined ? {} : columnsOf(readPlate(plate) as Plate)),
    ...(validUntil === undefined ? {} : { validUntil: dayDate(validUntil) }),
  });

  async function createWithin(
    unit: Unit,
    user: User,
    input: z.infer<typeof schema.vehicleInput>,
  ): Promise<string> {
    const { tx } = unit;
    await requireKnown(tx, user.account, input, null);
    await requireFree(tx, readPlate(input.plate) as Plate, null);
    const id = newId();
    const { plate, validUntil, ...rest } = input;
    await tx.vehicle.createMany({
      data: [
        {
          tenantId: user.tenant,
          id,
          ...rest,
          ...columnsOf(readPlate(plate) as Plate),
          validUntil: dayDate(validUntil),
        },
      ],
    });
    const event = ['created', { vehicle: id }] as const;
    await noteCreated(unit, { entity: ENTITY, id, after: input, event });
    return id;
  }

  return {
    createWithin,

    get: (user: User, id: string): Promise<VehicleView> =>
      units.run(user, ({ tx }) => view(tx, user.account, id)),

    create: (user: User, input: z.infer<typeof schema.vehicleInput>): Promise<VehicleView> =>
      units.run(user, async (unit) =>
        view(unit.tx, user.account, await createWithin(unit, user, input)),
      ),

    /** One that is retired gives its tags and plate free; it comes back by a change of its status. */
    change: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof schema.vehiclePatch>,
    ): Promise<VehicleView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await vehicleWithin(tx, user.account, 'vehicle:manage', id);
        const { status, ...fields } = given;
        const changes = Object.fromEntries(
          Object.entries(fields).filter(([, value]) => value !== undefined),
        ) as Fields;
        await requireKnown(tx, user.account, changes, id);
        const isBack = before.status === 'retired' && status !== undefined && status !== 'retired';
        if (changes.plate !== undefined || isBack) {
          await requireFree(tx, readPlate(changes.plate ?? before.plate) as Plate, id);
        }
        if (isBack && before.machineId !== null && changes.machineId === undefined) {
          await requireKnown(tx, user.account, { machineId: before.machineId }, id);
        }
        if (status === 'retired' && before.status !== 'retired') {
          await endBindings(unit, id);
          await tx.vehicle.updateMany({ where: { id }, data: { onSite: false } });
        }
        // Before the row of the vehicle: what settles a tag locks them in this order.
        await lookAgain(tx, Prisma.sql`vehicle_id = ${id}`);
        const shown = await saveAtVersion(unit, {
          entity: ENTITY,
          id,
          version,
          conflict: 'vehicle.version-conflict',
          event: 'changed',
          find: () => vehicleWithin(tx, user.account, 'vehicle:read', id),
          write: (next) =>
            tx.vehicle.updateMany({
              where: { id, version },
              data: {
                ...dataOf(changes),
                ...(status && status !== before.status ? { status, statusSince: new Date() } : {}),
                version: next,
              },
            }),
          show: () => view(tx, user.account, id),
          log: (row) => ({ ...pick(row, LOGGED), validUntil: dayText(row.validUntil) }),
        });
        return shown;
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await vehicleWithin(tx, user.account, 'vehicle:read', id);
        return historyOf(tx, { [ENTITY]: [[id, null]] });
      }),
  };
}

const columnsOf = ({ shown, key }: Plate) => ({ plate: shown, plateKey: key });

/** What is known of tags is decided again: a right or a rule has changed. Locked in the order of what takes fixes. */
export async function lookAgain(tx: Transaction, where: Prisma.Sql): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM vehicle_track WHERE ${where} ORDER BY tag FOR UPDATE`;
  await tx.$executeRaw`UPDATE vehicle_track SET due_at = now() WHERE ${where}`;
}
