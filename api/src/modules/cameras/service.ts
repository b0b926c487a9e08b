import type { Bilingual } from '@anshi/contracts';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { CamerasConfiguration } from './configuration.ts';
import type { CameraStates } from './health.ts';
import type { CameraReach } from './reach.ts';
import type { cameraList, siteList } from './schema.ts';
import type { PlanPictures } from './sites/pictures.ts';

/** Display names for the record: of a camera, and its zone or line. */
export interface CameraNames {
  camera: Bilingual;
  zone: Bilingual | null;
  line: Bilingual | null;
}

export type CamerasService = ReturnType<typeof createCamerasService>;

export function createCamerasService(
  configuration: CamerasConfiguration,
  states: CameraStates,
  reach: CameraReach,
  pictures: Pick<PlanPictures, 'urlOf'>,
) {
  const has = (camera: string) => configuration.file.cameras.some(({ id }) => id === camera);
  const mayUse = (account: Account, permission: Permission, camera: string): boolean =>
    has(camera) && reach.isWithin(account, permission, camera);
  return {
    list(account: Account): z.infer<typeof cameraList> {
      const shown = configuration.file.cameras.filter(({ id }) =>
        reach.isWithin(account, 'camera:read', id),
      );
      return {
        items: shown.map((camera) => ({
          id: camera.id,
          name: camera.name,
          site: camera.site,
          floorPlan: camera.floorPlan ?? null,
          enabled: camera.enabled,
          picture: camera.picture,
          zones: camera.zones,
          lines: camera.lines,
          rules: camera.rules,
          health: states.health(camera.id),
        })),
        from: configuration.from,
      };
    },

    async sites(): Promise<z.infer<typeof siteList>> {
      const items = configuration.sites.map(async ({ id, name, floorPlans }) => ({
        id,
        name,
        floorPlans: await Promise.all(
          floorPlans.map(async (plan) => ({
            id: plan.id,
            name: plan.name,
            size: plan.size,
            imageUrl: await pictures.urlOf(id, plan),
          })),
        ),
      }));
      return { items: await Promise.all(items) };
    },

    /** The floor plan that a camera's places are on; null for none, or an unknown camera. */
    floorPlan: (camera: string): string | null =>
      configuration.file.cameras.find(({ id }) => id === camera)?.floorPlan ?? null,

    has,

    /** Where a camera belongs; null for an unknown one. */
    placeOf: reach.placeOf,

    /** The area of what a camera saw; see `CameraReach`. */
    areaOf: reach.areaOf,

    /** Whether a camera is within the reach of a permission; see `CameraReach`. */
    isWithin: reach.isWithin,

    /** Whether there is such a camera, within reach of the account. */
    mayUse,

    /** @throws Problem `camera.unknown`, also for one out of reach. */
    require(account: Account, permission: Permission, camera: string): void {
      if (!mayUse(account, permission, camera)) throw new Problem('camera.unknown');
    },

    /** A camera that was removed keeps its name; one that is no longer in the file is named by its id. */
    names(camera: string, zone: string | null, line: string | null): CameraNames {
      const is = ({ id }: { id: string }) => id === camera;
      const known = configuration.file.cameras.find(is) ?? configuration.removed.find(is);
      const named = (list: { id: string; name: Bilingual }[] | undefined, id: string | null) =>
        id === null ? null : (list?.find((item) => item.id === id)?.name ?? { zh: id, en: id });
      return {
        camera: known?.name ?? { zh: camera, en: camera },
        zone: named(known?.zones, zone),
        line: named(known?.lines, line),
      };
    },
  };
}
