import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { cameraList, siteList } from './schema.ts';
import type { CamerasService } from './service.ts';

/** Sites and floor plans serve every module; the cameras are those of monitoring. */
const config = { permission: 'camera:read', feature: 'monitoring' } as const;
/** Where something is concerns everyone who reports or works there, also those who see no camera. */
const places = { permission: 'registry:read' } as const;
const tags = ['cameras'];

export function camerasModule(service: CamerasService): Module {
  return {
    name: 'cameras',
    register(app) {
      app.get(
        '/api/v1/cameras',
        {
          config,
          schema: {
            tags,
            operationId: 'listCameras',
            summary: 'Lists cameras with their health, never their addresses',
            response: { 200: cameraList, ...problems(401, 403, 503) },
          },
        },
        async () => service.list(),
      );
      app.get(
        '/api/v1/sites',
        {
          config: places,
          schema: {
            tags,
            operationId: 'listSites',
            summary: 'Lists sites and their floor plans',
            response: { 200: siteList, ...problems(401, 403, 503) },
          },
        },
        async () => service.sites(),
      );
      app.get(
        '/api/v1/floor-plans/:site/:plan/image',
        {
          config: places,
          schema: {
            tags,
            operationId: 'getFloorPlanImage',
            summary: 'Reads the picture of a floor plan',
            params: z.object({ site: slug, plan: slug }),
            response: {
              200: {
                description: 'SVG, PNG or JPEG.',
                content: {
                  'image/svg+xml': { schema: z.any() },
                  'image/png': { schema: z.any() },
                  'image/jpeg': { schema: z.any() },
                },
              },
              ...problems(401, 403, 404, 503),
            },
          },
        },
        async (request, reply) => {
          const { site, plan } = request.params;
          const { bytes, type } = await service.floorPlanImage(site, plan);
          return (
            reply
              .type(type)
              .header('cache-control', 'private, no-cache')
              // Opened by itself, a drawing must not run scripts of its own.
              .header(
                'content-security-policy',
                "default-src 'none'; style-src 'unsafe-inline'; sandbox",
              )
              .send(bytes)
          );
        },
      );
    },
  };
}
