import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { CameraConfiguration } from './config-schema.ts';
import type { CameraConfigurations } from './config-service.ts';
import type { ConfigStore } from './config-store.ts';
import { findFences } from './fences.ts';

export type DrawFence = (
  user: User,
  camera: string,
  body: { version: number; zone: string },
) => Promise<CameraConfiguration>;

/** Gives a zone the outline of the area that it names, as far as the camera sees it. */
export function createDrawFence(
  units: Units,
  store: ConfigStore,
  configurations: Pick<CameraConfigurations, 'checkedWhole'>,
): DrawFence {
  return (user, camera, { version, zone }) => {
    store.requireDatabase();
    return units.run(user, (unit) =>
      store.save(unit, user.account, { id: camera, version, how: 'fence' }, async (row) => {
        const { items } = await findFences(unit.tx, [row.config]);
        const polygon = items.find((fence) => fence.zone === zone)?.areaInPicture;
        if (!polygon) throw new Problem('camera.fence-unusable');
        const zones = row.config.zones.map((one) => (one.id === zone ? { ...one, polygon } : one));
        return configurations.checkedWhole(unit.tx, user.account, {
          ...row.config,
          zones,
          ...row.addresses,
        });
      }),
    );
  };
}
