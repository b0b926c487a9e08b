import { omloxLocation } from '@anshi/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DeviceGate, deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { ModuleServices } from '../../platform/module.ts';
import { fromOmlox } from './omlox.ts';
import { locationsTaken } from './schema.ts';
import type { LocationsService } from './service.ts';

const config = { device: { kinds: ['reader'] } } as const;
const tags = ['locations'];
const response = { 200: locationsTaken, ...problems(400, 401, 403, 415, 503) };

/** Locations of an omlox hub or locating system, by the paths that the omlox Hub API has for providers. */
export function registerOmlox(
  app: App,
  service: LocationsService,
  devices: Pick<DeviceGate, 'requireName' | 'refuseName'>,
  readers: ModuleServices['readers'],
): void {
  const take = async (name: string, given: readonly z.output<typeof omloxLocation>[]) => {
    const now = new Date();
    const taken = await service.save(given.map((one) => fromOmlox(one, name, now)));
    return { taken, skipped: given.length - taken };
  };
  const requireOmlox = (request: FastifyRequest, own: string) =>
    readers.guarded(own, 'not-omlox', async () => {
      if (await readers.isOmlox(own)) return;
      await devices.refuseName(request, own, `"${own}" is not registered with the kind omlox.`);
    });
  app.put(
    '/api/v1/ingest/omlox/v2/providers/locations',
    {
      config,
      schema: {
        tags,
        operationId: 'ingestOmlox',
        summary: 'Takes locations of an omlox hub or a locating system',
        description:
          'For a reader that is registered with the kind omlox. `source` is a zone of the sender; `crs` is local, metres of the floor plan of the sender or the zone, or EPSG:4326.',
        body: z.array(omloxLocation).max(5000),
        response,
      },
    },
    async (request) => {
      const own = deviceOf(request).name ?? '';
      await requireOmlox(request, own);
      return take(own, request.body);
    },
  );
  app.put(
    '/api/v1/ingest/omlox/v2/providers/:provider/location',
    {
      config,
      schema: {
        tags,
        operationId: 'ingestOmloxOf',
        summary: 'Takes the location of one provider of an omlox hub',
        params: z.object({ provider: z.string().min(1).max(128).describe('Its provider_id.') }),
        body: omloxLocation,
        response,
      },
    },
    async (request) => {
      const own = deviceOf(request).name ?? '';
      const { provider } = request.params;
      await requireOmlox(request, own);
      await readers.guarded(own, 'sender', async () => {
        if (request.body.provider_id === provider) return;
        const why = 'The provider_id of the body must be that of the path.';
        await devices.refuseName(request, request.body.provider_id, why);
      });
      return take(own, [request.body]);
    },
  );
}
