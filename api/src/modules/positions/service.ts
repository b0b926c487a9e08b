import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { saveAtVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import type { readerPlaceInput, readerPlacePatch, readerPlaceSchema } from './schema.ts';

type Place = z.output<typeof readerPlaceSchema>;
type Input = z.output<typeof readerPlaceInput>;

export type ReaderPlaces = ReturnType<typeof createReaderPlaces>;

/** Where readers of badges and locating systems are. Without a place, a reader gives no position. */
export function createReaderPlaces({
  units,
  database,
  services,
}: Pick<Platform, 'units' | 'database' | 'services'>) {
  const { configuration } = services.get('cameras');

  async function requirePlan(tx: Transaction, floorPlan: string): Promise<void> {
    if (await configuration.hasPlan(tx, floorPlan)) return;
    throw new Problem('reader-place.plan-unknown', `There is no floor plan "${floorPlan}".`);
  }
  /** @throws Problem where a portal has no field, or no such area, or another reader has one. */
  async function requirePortal(
    tx: Transaction,
    {
      field,
      isPortal,
      areaId,
      floorPlan,
    }: Pick<Input, 'field' | 'isPortal' | 'areaId' | 'floorPlan'>,
  ): Promise<void> {
    if ((isPortal && field === null) || (areaId !== null && !isPortal)) {
      throw new Problem('reader-place.portal');
    }
    if (areaId === null) return;
    const area = await tx.area.findFirst({ where: { id: areaId, active: true } });
    if (area?.floorPlan !== floorPlan) throw new Problem('reader-place.area-unknown');
  }
  async function find(tx: Transaction, id: string): Promise<Prisma.ReaderPlaceModel> {
    const row = await tx.readerPlace.findFirst({ where: { id } });
    if (!row) throw new Problem('reader-place.unknown');
    return row;
  }

  return {
    list: ({ account }: User): Promise<{ items: Place[] }> =>
      database.transaction(actorOf(account), async (tx) => ({
        items: (await tx.readerPlace.findMany({ orderBy: { source: 'asc' } })).map(show),
      })),

    create: (user: User, { source, field, ...given }: Input): Promise<Place> =>
      units.run(user, async (unit) => {
        await requirePlan(unit.tx, given.floorPlan);
        await requirePortal(unit.tx, { field, ...given });
        const id = newId();
        const row = { tenantId: user.tenant, id, source, ...given, ...columnsOf(field) };
        const { count } = await unit.tx.readerPlace.createMany({
          data: [row],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('reader-place.source-taken');
        const after = { source, field, ...given };
        await unit.audit({ action: 'create', entity: 'reader-place', id, after });
        return show(await find(unit.tx, id));
      }),

    change: (user: User, id: string, { version, ...given }: z.output<typeof readerPlacePatch>) =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, id);
        await requirePlan(unit.tx, given.floorPlan);
        const isPortal = given.isPortal ?? row.isPortal;
        const areaId = given.areaId === undefined ? row.areaId : given.areaId;
        await requirePortal(unit.tx, { ...given, isPortal, areaId });
        return saveAtVersion(unit, {
          entity: 'reader-place',
          id,
          version,
          conflict: 'reader-place.version-conflict',
          find: () => find(unit.tx, id),
          write: (next) =>
            unit.tx.readerPlace.updateMany({
              where: { id, version },
              data: {
                floorPlan: given.floorPlan,
                ...columnsOf(given.field),
                ...(given.isExit === undefined ? {} : { isExit: given.isExit }),
                isPortal,
                areaId,
                updatedAt: new Date(),
                version: next,
              },
            }),
          show,
        });
      }),

    remove: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const before = show(await find(unit.tx, id));
        await unit.tx.readerPlace.deleteMany({ where: { id } });
        await unit.audit({ action: 'delete', entity: 'reader-place', id, before: { ...before } });
      }),
  };
}

const columnsOf = (field: Input['field']) => ({
  x: field?.centre[0] ?? null,
  y: field?.centre[1] ?? null,
  radius: field?.radius ?? null,
});

const show = ({
  id,
  source,
  floorPlan,
  x,
  y,
  radius,
  isExit,
  isPortal,
  areaId,
  updatedAt,
  version,
}: Prisma.ReaderPlaceModel): Place => ({
  id,
  source,
  floorPlan,
  field: x === null || y === null || radius === null ? null : { centre: [x, y], radius },
  isExit,
  isPortal,
  areaId,
  updatedAt: updatedAt.toISOString(),
  version,
});
