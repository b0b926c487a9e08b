import type { User } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { forwardObservations } from './events.ts';
import { findFences } from './fences.ts';
import { type CamerasConfiguration, watchCameras } from './file.ts';
import { type CameraStates, followCameras } from './health.ts';
import { createCameraLeases } from './leases.ts';
import { saveSites } from './repository.ts';
import { camerasModule } from './routes.ts';
import { type CamerasService, createCamerasService } from './service.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    cameras: { configuration: CamerasConfiguration; states: CameraStates; service: CamerasService };
  }
}

/** The cameras of the site: their file, their health, their observations. */
export const open: Open = async (platform) => {
  const { settings, log, database, units, bus, live, metrics, services } = platform;
  const { tenant } = settings;
  const configuration = await watchCameras(settings.camerasFile, log, ({ sites }) => {
    database
      .transaction({ tenant, user: null }, (tx) => saveSites(tx, tenant, sites))
      .catch((error: unknown) => log.warn({ err: error }, 'the sites are not on record yet'));
  });
  const leases = createCameraLeases({
    database,
    log,
    tenant,
    isKnown: (camera) => configuration.file.cameras.some(({ id }) => id === camera),
    listeningSince: () => bus.connectedSince,
  });
  const { busSigner: signer, busRefusals: refusals } = platform;
  const states = followCameras({ bus, live, metrics, log, tenant, leases, signer, refusals });
  const service = createCamerasService(configuration, states);
  services.provide('cameras', { configuration, states, service });
  forwardObservations({ bus, live, metrics, tenant });
  const fences = (user: User) =>
    units.run(user, ({ tx }) => findFences(tx, configuration.file.cameras));
  return { ...camerasModule(service, fences), close: () => configuration.close() };
};
