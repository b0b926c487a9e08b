import type { z } from 'zod';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { importAnswer } from './config-schema.ts';
import type { CameraConfigurations } from './config-service.ts';
import type { ConfigStore } from './config-store.ts';
import type { CamerasConfiguration } from './configuration.ts';
import { lockSites } from './sites/rows.ts';
import type { SiteConfigurations } from './sites/service.ts';

export type FileImport = (
  user: User,
  wanted: { cameras: readonly string[]; sites: readonly string[] },
) => Promise<z.infer<typeof importAnswer>>;

/**
 * Takes sites and cameras over from the file that the API follows: what was seeded is not followed by itself, so
 * that a file that is older than the database undoes nothing.
 */
export function createImport(
  units: Units,
  store: Pick<ConfigStore, 'requireDatabase'>,
  configurations: Pick<CameraConfigurations, 'take'>,
  sites: Pick<SiteConfigurations, 'take'>,
  configuration: Pick<CamerasConfiguration, 'given'>,
): FileImport {
  return async (user, wanted) => {
    store.requireDatabase();
    return units.run(user, async (unit) => {
      await lockSites(unit.tx, user.tenant);
      // First, so that cameras find the floor plans that came with them.
      const taken = [];
      for (const id of new Set(wanted.sites)) {
        const given = configuration.given.sites.find((one) => one.id === id);
        if (!given) throw new Problem('site.unknown');
        taken.push(await sites.take(unit, user.account, given));
      }
      const items = [];
      for (const id of new Set(wanted.cameras)) {
        const given = configuration.given.cameras.find((one) => one.id === id);
        if (!given) throw new Problem('camera.unknown');
        items.push(await configurations.take(unit, user.account, given));
      }
      return { items, sites: taken };
    });
  };
}
