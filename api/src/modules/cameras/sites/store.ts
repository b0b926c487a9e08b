import type { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import { isWithin, reachOf } from '../../../platform/access/scope.ts';
import type { Unit } from '../../../platform/db/unit-of-work.ts';
import { Problem } from '../../../platform/http/errors.ts';
import { saveAtVersion } from '../../../platform/kit/save.ts';
import type { CamerasConfiguration } from '../configuration.ts';
import { present } from '../stored.ts';
import type { PlanPictures } from './pictures.ts';
import { lockSites, type SiteRow, type StoredFloorPlan } from './rows.ts';
import type { SiteConfiguration } from './schema.ts';

export const PERMISSION = 'camera:manage';

export type SiteStore = ReturnType<typeof createSiteStore>;

/** Reads, shows and saves sites with their floor plans: both are one record. */
export function createSiteStore(
  configuration: Pick<CamerasConfiguration, 'from' | 'reload'>,
  pictures: Pick<PlanPictures, 'urlOf'>,
) {
  const reach = (account: Account) => reachOf(account, PERMISSION);

  /** @throws Problem where there is none within reach. */
  async function find({ tx }: Pick<Unit, 'tx'>, account: Account, id: string): Promise<SiteRow> {
    const row = await tx.site.findFirst({ where: { id } });
    if (!row || !isWithin(account, reach(account), { site: id })) throw new Problem('site.unknown');
    return row as unknown as SiteRow;
  }

  async function show({ tx }: Pick<Unit, 'tx'>, row: SiteRow): Promise<SiteConfiguration> {
    const { id: site, name, version, updatedAt, updatedByName } = row;
    const cameras = await tx.camera.findMany({
      where: { site, ...present },
      select: { config: true },
    });
    const areas = await tx.area.findMany({ where: { site }, select: { floorPlan: true } });
    const placed = cameras.map(({ config }) => (config as { floorPlan?: string }).floorPlan);
    return {
      id: site,
      version,
      name,
      updatedAt: updatedAt.toISOString(),
      updatedBy: updatedByName,
      cameras: cameras.length,
      floorPlans: await Promise.all(
        row.floorPlans.map(async (plan) => ({
          id: plan.id,
          name: plan.name,
          size: plan.size,
          imageUrl: await pictures.urlOf(site, plan),
          picture: plan.picture ? { width: plan.picture.width, height: plan.picture.height } : null,
          cameras: placed.filter((one) => one === plan.id).length,
          areas: areas.filter(({ floorPlan }) => floorPlan === plan.id).length,
        })),
      ),
    };
  }

  return {
    find,
    show,
    reaches: (account: Account, site: string) => isWithin(account, reach(account), { site }),

    /** @throws Problem where the sites are those of the file. */
    requireDatabase(): void {
      if (configuration.from === 'file') throw new Problem('camera.from-file');
    },

    /** Other records see a change of this unit at once, other processes soon. */
    reloadAfter(unit: Unit): void {
      unit.afterCommit(() => configuration.reload());
    },

    /**
     * Saves a site as it is to be.
     *
     * @param next its name and plans.
     * @throws Problem `site.version-conflict` where it has another version by now.
     */
    async save(
      unit: Unit,
      account: Account,
      { id, version }: { id: string; version: number },
      next: (
        row: SiteRow,
      ) => Promise<{ name?: SiteRow['name']; floorPlans?: readonly StoredFloorPlan[] }>,
    ): Promise<SiteConfiguration> {
      const { tx, caller } = unit;
      await lockSites(tx, caller.tenant);
      unit.afterCommit(() => configuration.reload());
      return saveAtVersion<SiteRow, SiteConfiguration>(unit, {
        entity: 'site',
        id,
        version,
        conflict: 'site.version-conflict',
        event: 'changed',
        find: () => find(unit, account, id),
        async write(to) {
          const { name, floorPlans } = await next(await find(unit, account, id));
          return tx.site.updateMany({
            where: { id, version },
            data: {
              ...(name && { name }),
              ...(floorPlans && { floorPlans: floorPlans as unknown as Prisma.InputJsonArray }),
              version: to,
              updatedAt: new Date(),
              updatedByName: account.displayName,
            },
          });
        },
        show: (row) => show(unit, row),
        log: logged,
      });
    },
  };
}

/** What the audit log says of a site. */
export const logged = ({ name, floorPlans }: Pick<SiteRow, 'name' | 'floorPlans'>) => ({
  name,
  floorPlans,
});
