import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import type { User } from '../../platform/kit/routes.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { type ConfigParts, registerConfigurations } from './config-routes.ts';
import { cameraList, fenceList, siteList, watcherList } from './schema.ts';
import type { CamerasService } from './service.ts';
import { registerWorkerCameras, type WorkerCamerasParts } from './worker-cameras.ts';
import { registerWorkerHeartbeat, type WorkerHeartbeatParts } from './worker-heartbeat.ts';

const picture = { schema: z.any() };
const floorPlanImage = {
  description: 'SVG, PNG or JPEG.',
  content: { 'image/svg+xml': picture, 'image/png': picture, 'image/jpeg': picture },
};

export interface CamerasParts extends ConfigParts {
  service: CamerasService;
  watchers: (user: User) => Promise<z.infer<typeof watcherList>>;
  fences: (user: User) => Promise<z.infer<typeof fenceList>>;
  forWorkers: WorkerCamerasParts & WorkerHeartbeatParts;
}

export function registerCameras(
  app: App,
  { service, watchers, fences, forWorkers, ...configuring }: CamerasParts,
): void {
  registerConfigurations(app, configuring);
  registerWorkerCameras(app, forWorkers);
  registerWorkerHeartbeat(app, forWorkers);
  const route = routesOf(app, 'cameras');
  route.get('/cameras', {
    permission: 'camera:read',
    operationId: 'listCameras',
    summary: 'Lists cameras with their health, never their addresses',
    answer: cameraList,
    // Sites and floor plans serve every feature; the cameras belong to monitoring.
    config: { feature: 'monitoring' },
    handle: async ({ user }) => service.list(user.account),
  });
  route.get('/cameras/watchers', {
    permission: 'camera:read',
    operationId: 'listCameraWatchers',
    summary: 'Lists which worker watches which camera, and what moved in the last 24 hours',
    answer: watcherList,
    config: { feature: 'monitoring' },
    handle: ({ user }) => watchers(user),
  });
  route.get('/fences', {
    permission: 'camera:read',
    operationId: 'listFences',
    summary: 'Compares the zones of cameras with the areas that they name',
    answer: fenceList,
    config: { feature: 'monitoring' },
    handle: ({ user }) => fences(user),
  });
  // Places concern everyone who reports or works there, also without camera rights.
  route.get('/sites', {
    permission: 'registry:read',
    operationId: 'listSites',
    summary: 'Lists sites and their floor plans',
    answer: siteList,
    handle: async () => service.sites(),
  });
  route.get('/floor-plans/:site/:plan/image', {
    permission: 'registry:read',
    operationId: 'getFloorPlanImage',
    summary: 'Reads the picture of a floor plan',
    params: z.object({ site: slug, plan: slug }),
    file: { 200: floorPlanImage },
    handle: async ({ params, reply }) => {
      const { site, plan } = params;
      const { bytes, type } = await service.floorPlanImage(site, plan);
      return (
        reply
          .type(type)
          .header('cache-control', 'private, no-cache')
          // An SVG opened directly must not run scripts.
          .header(
            'content-security-policy',
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          )
          .send(bytes)
      );
    },
  });
}
