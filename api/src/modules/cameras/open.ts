import type { User } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import { type CameraConfigurations, createCameraConfigurations } from './config-service.ts';
import { createConfigStore } from './config-store.ts';
import { createConfigView } from './config-view.ts';
import { type CamerasConfiguration, openConfiguration } from './configuration.ts';
import { createDrawFence } from './draw-fence.ts';
import { forwardObservations } from './events.ts';
import { createExport } from './export.ts';
import { findFences } from './fences.ts';
import { createCameraGrants } from './grants.ts';
import { type CameraStates, followCameras } from './health.ts';
import { createImport } from './import.ts';
import { createCameraLeases } from './leases.ts';
import { createListening } from './listening.ts';
import { createWorkerNotices } from './notify-workers.ts';
import { createCameraReach } from './reach.ts';
import { createCameraRemoval } from './removal.ts';
import { registerCameras } from './routes.ts';
import { type CamerasService, createCamerasService } from './service.ts';
import { createPlanPictures } from './sites/pictures.ts';
import { createSiteConfigurations } from './sites/service.ts';
import { createSiteStore } from './sites/store.ts';
import { findWatchers } from './watchers.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    cameras: {
      configuration: CamerasConfiguration;
      states: CameraStates;
      service: CamerasService;
      configurations: CameraConfigurations;
    };
  }
}

/** Workers are told within so long of what another process changed, ms. */
const TELL_EVERY_MS = 1_000;

/** The cameras of the site: their configuration, their health, their observations. */
export const open: Open = async (platform) => {
  const { settings, log, database, units, sealed, bus, live, metrics, services } = platform;
  const { tenant } = settings;
  let notices: ReturnType<typeof createWorkerNotices> | undefined;
  const configuration = await openConfiguration({
    path: settings.camerasFile,
    from: settings.camerasFrom,
    database,
    sealed,
    tenant,
    log,
    onChange: () => notices?.tell(),
  });
  const leases = createCameraLeases({
    database,
    log,
    tenant,
    isKnown: (camera) => configuration.file.cameras.some(({ id }) => id === camera),
    listeningSince: () => bus.connectedSince,
  });
  const { busSigner: signer, busRefusals: refusals } = platform;
  const listening = createListening(() => database.ping());
  const grants = createCameraGrants({ database, tenant, listening, refusals });
  const reach = createCameraReach(configuration);
  const followed = { bus, live, metrics, log, tenant, leases, signer, refusals };
  const states = followCameras({
    ...followed,
    mayRead: (account, camera) => reach.isWithin(account, 'camera:read', camera),
  });
  notices = createWorkerNotices({ bus, signer, tenant, configuration, states });
  const telling = setInterval(() => notices?.tell(), TELL_EVERY_MS).unref();
  const pictures = createPlanPictures(platform, configuration);
  const sites = createSiteConfigurations(units, createSiteStore(configuration, pictures), pictures);
  const service = createCamerasService(configuration, states, reach, pictures);
  forwardObservations({ bus, live, metrics, tenant, reach });
  const mayRead = (user: User) => (camera: string) =>
    reach.isWithin(user.account, 'camera:read', camera);
  const view = createConfigView(states);
  const store = createConfigStore(sealed, configuration, view);
  const removal = createCameraRemoval(units, configuration, store, view);
  const configurations = createCameraConfigurations({ units, sealed }, store, view, removal);
  services.provide('cameras', { configuration, states, service, configurations });
  return {
    register: (app) =>
      registerCameras(app, {
        service,
        watchers: (user: User) => units.run(user, ({ tx }) => findWatchers(tx, mayRead(user))),
        fences: (user: User) =>
          units.run(user, ({ tx }) =>
            findFences(
              tx,
              configuration.file.cameras.filter(({ id }) => mayRead(user)(id)),
              configuration.removed.filter(({ id }) => mayRead(user)(id)),
            ),
          ),
        configurations,
        exportFile: createExport(units, configurations, configuration),
        fromFile: createImport(units, store, configurations, sites, configuration),
        removal,
        sites,
        pictures,
        fileDifferences: () => ({
          items: configuration.differences,
          sites: configuration.siteDifferences,
        }),
        drawFence: createDrawFence(units, store, configurations),
        forWorkers: { database, sealed, tenant, configuration, grants },
      }),
    async close() {
      clearInterval(telling);
      listening.close();
      await configuration.close();
    },
  };
};
