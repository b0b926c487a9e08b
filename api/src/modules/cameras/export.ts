import {
  addressesOf,
  type CameraConfig,
  type SiteConfig,
  writeCamerasFile,
} from '@anshi/contracts';
import { reachOf } from '../../platform/access/scope.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { exportedAddress } from './address.ts';
import type { CameraConfigurations } from './config-service.ts';
import type { CamerasConfiguration } from './configuration.ts';
import type { KnownSite } from './sites/rows.ts';

export type CamerasExport = (user: User) => Promise<Buffer>;

/**
 * The cameras within reach as a cameras.yaml that a worker reads. It holds no address that was sealed:
 * variables stand for them, which its head lists.
 */
export function createExport(
  units: Units,
  configurations: Pick<CameraConfigurations, 'all'>,
  configuration: Pick<CamerasConfiguration, 'sites'>,
): CamerasExport {
  return (user) =>
    units.run(user, async (unit) => {
      const rows = await configurations.all(unit, user.account);
      const variables: string[] = [];
      const cameras = rows.map(({ id, config, addresses }) => {
        const first = exportedAddress(id, addresses.url);
        const second =
          addresses.secondUrl === undefined
            ? null
            : exportedAddress(id, addresses.secondUrl, 'SECOND_ADDRESS');
        const small =
          addresses.substream === undefined
            ? null
            : exportedAddress(id, addresses.substream, 'SUBSTREAM_ADDRESS');
        for (const { variable } of [first, second, small].filter((one) => one !== null)) {
          if (variable !== null) variables.push(`  ${variable}: of ${id}, what follows its ://`);
        }
        const urls = { url: first.url, secondUrl: second?.url, substream: small?.url };
        return inOrder({ ...config, ...addressesOf(urls) });
      });
      const reach = reachOf(user.account, 'camera:manage');
      const known = configuration.sites.filter(
        ({ id }) => reach.scope === 'all' || cameras.some(({ site }) => site === id),
      );
      const pictures: string[] = [];
      const sites = known.map((site) => exportedSite(site, pictures));
      await unit.audit({ action: 'export', entity: 'camera', after: { cameras: cameras.length } });
      const head = [
        `Cameras of ${user.tenant}, exported ${new Date().toISOString()}.`,
        ...(variables.length > 0
          ? [
              'Addresses are not in this file. Set these variables where the worker runs:',
              ...variables,
            ]
          : []),
        ...(pictures.length > 0
          ? [
              'Pictures of floor plans are not in this file. A plan without its picture has its size all the same.',
              'Download each in the app (Sites and floor plans > the plan) and save it beside the file under this name:',
              ...pictures,
            ]
          : []),
      ];
      return Buffer.from(writeCamerasFile({ version: 1, sites, cameras }, head));
    });
}

/** A site whose uploaded pictures are named as files beside the export. @param pictures gets a line for each. */
function exportedSite(site: KnownSite, pictures: string[]): SiteConfig {
  const floorPlans = site.floorPlans.map(({ picture, ...plan }) => {
    if (!picture) return plan;
    const image = `floor-plans/${site.id}/${plan.id}.jpg`;
    pictures.push(`  ${image}`);
    return { id: plan.id, name: plan.name, image, size: plan.size };
  });
  return { id: site.id, name: site.name, floorPlans };
}

/** As people write it: what it is first, what it does last. */
function inOrder(camera: CameraConfig): CameraConfig {
  const { id, name, site, floorPlan, area, worker, url, secondUrl, substream, ...most } = camera;
  const { picture, ...rest } = most;
  const { zones, lines, rules, ...others } = rest;
  const head = { id, name, site, floorPlan, area, worker, url, secondUrl, substream, picture };
  return { ...head, ...others, zones, lines, rules } as CameraConfig;
}
