import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import type { User } from '../../platform/kit/routes.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { type ConfigParts, registerConfigurations } from './config-routes.ts';
import { cameraList, fenceList, siteList, watcherList } from './schema.ts';
import type { CamerasService } from './service.ts';
import type { PlanPictures } from './sites/pictures.ts';
import { registerSites } from './sites/routes.ts';
import { planParams } from './sites/schema.ts';
import type { SiteConfigurations } from './sites/service.ts';
import { registerWorkerCameras, type WorkerCamerasParts } from './worker-cameras.ts';
import { registerWorkerHeartbeat, type WorkerHeartbeatParts } from './worker-heartbeat.ts';

const picture = { schema: z.any() };
const floorPlanImage = {
  description: 'SVG, PNG, JPEG or WebP. One that was uploaded is JPEG.',
  content: {
    'image/svg+xml': picture,
    'image/png': picture,
    'image/jpeg': picture,
    'image/webp': picture,
  },
};

export interface CamerasParts extends ConfigParts {
  service: CamerasService;
  sites: SiteConfigurations;
  pictures: Pick<PlanPictures, 'read'>;
  watchers: (user: User) => Promise<z.infer<typeof watcherList>>;
  fences: (user: User) => Promise<z.infer<typeof fenceList>>;
  forWorkers: WorkerCamerasParts & WorkerHeartbeatParts;
}

export function registerCameras(
  app: App,
  { service, sites, pictures, watchers, fences, forWorkers, ...configuring }: CamerasParts,
): void {
  registerConfigurations(app, configuring);
  registerSites(app, sites);
  registerWorkerCameras(app, forWorkers);
  registerWorkerHeartbeat(app, forWorkers);
  const route = routesOf(app, 'cameras');
  route.get('/cameras', {
    permission: 'camera:read',
    operationId: 'listCameras',
    summary: 'Lists cameras with their health, never their addresses',
    answer: cameraList,
    // Sites and floor plans serve every feature; the cameras belong to monitoring.
    config: { feature: 'monitoring', screen: true },
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
    handle: () => service.sites(),
  });
  route.get('/floor-plans/:site/:plan/image', {
    permission: 'registry:read',
    operationId: 'getFloorPlanImage',
    summary: 'Reads the picture of a floor plan',
    params: planParams,
    query: z.object({ picture: ulid.optional().describe('Names the picture to caches.') }),
    problems: [409, 422],
    file: { 200: floorPlanImage },
    handle: async ({ user, params, reply }) => {
      const { bytes, type } = await pictures.read(user, params.site, params.plan);
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
