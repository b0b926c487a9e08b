import { impinjEvents, readerName } from '@anshi/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DeviceGate, deviceOf } from '../../platform/access/devices.ts';
import type { App, Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { ModuleServices } from '../../platform/module.ts';
import {
  fromImpinj,
  fromTraccarJson,
  fromTraccarQuery,
  traccarJson,
  traccarQuery,
} from './adapters.ts';
import { registerOmlox } from './omlox-routes.ts';
import { locationList, locationsTaken } from './schema.ts';
import type { LocationsService } from './service.ts';

const ofReaders = { device: { kinds: ['reader', 'gateway'] } } as const;
const trackers = { device: { kinds: ['tracker', 'gateway'], inAddress: true } } as const;
const tags = ['locations'];
const taken = { 200: locationsTaken, ...problems(400, 401, 403, 415, 503) };

type Register = ModuleServices['readers'];

/**
 * @param devices says for which names a device may speak.
 * @param readers the register of readers.
 */
export function locationsModule(
  service: LocationsService,
  devices: Devices,
  readers: Register,
): Module {
  return {
    name: 'locations',
    register(app) {
      const route = routesOf(app, 'locations');
      route.get('/locations', {
        permission: 'location:read',
        operationId: 'listLocations',
        summary: 'Lists the latest location of each badge',
        answer: locationList,
        handle: async ({ user }) => ({ items: await service.latest(user.account) }),
      });
      registerReaders(app, service, devices, readers);
      registerOmlox(app, service, devices, readers);
      registerTrackers(app, service, devices);
    },
  };
}

type Devices = Pick<DeviceGate, 'requireName' | 'refuseName'>;

function registerReaders(
  app: App,
  service: LocationsService,
  devices: Devices,
  readers: Register,
): void {
  app.post(
    '/api/v1/ingest/rfid/impinj',
    {
      config: ofReaders,
      schema: {
        tags,
        operationId: 'ingestImpinj',
        summary: 'Takes reads of an Impinj reader (its HTTP webhook)',
        description:
          'A reader sends its own reads: `hostname` is the name of its credential, or is left out. A gateway sends those of the readers that its credential names.',
        body: impinjEvents,
        response: taken,
      },
    },
    async (request) => {
      const events = Array.isArray(request.body) ? request.body : [request.body];
      const own = deviceOf(request).name ?? '';
      const nameOf = ({ hostname }: (typeof events)[number]) =>
        hostname === undefined ? own : readerName(hostname);
      for (const name of new Set(events.map(nameOf))) {
        await readers.guarded(own, 'sender', () => devices.requireName(request, name));
      }
      const now = new Date();
      const locations = events
        .map((event) => fromImpinj(event, nameOf(event), now))
        .filter((location) => location !== null);
      const taken = await service.save(locations);
      return { taken, skipped: events.length - taken };
    },
  );
}

function registerTrackers(app: App, service: LocationsService, devices: Devices): void {
  /** The device that a fix names; without one it is the tracker that sends it. */
  async function deviceIn(request: FastifyRequest, named: string | undefined): Promise<string> {
    const device = named ?? deviceOf(request).name ?? '';
    await devices.requireName(request, device);
    return device;
  }
  // Apps that send no header have the secret in the address of the server, as a part of the path or as
  // `token`.
  for (const path of ['/api/v1/ingest/gps/traccar', '/api/v1/ingest/gps/traccar/:token'] as const) {
    const [suffix, secret] = path.endsWith(':token')
      ? ['ByAddress', { params: z.object({ token: z.string().max(100) }) }]
      : ['', {}];
    app.post(
      path,
      {
        config: trackers,
        schema: {
          tags,
          operationId: `ingestTraccar${suffix}`,
          summary: 'Takes a GPS fix as Traccar Client sends it',
          ...secret,
          body: traccarJson,
          response: taken,
        },
      },
      async (request) => {
        const device = await deviceIn(request, request.body.device_id);
        const fix = fromTraccarJson({ ...request.body, device_id: device }, new Date());
        const taken = await service.save([fix]);
        return { taken, skipped: 1 - taken };
      },
    );
    app.get(
      path,
      {
        config: trackers,
        // A HEAD request must not store a fix.
        exposeHeadRoute: false,
        schema: {
          tags,
          operationId: `ingestTraccarQuery${suffix}`,
          summary: 'Takes a GPS fix as the OsmAnd protocol sends it',
          ...secret,
          querystring: traccarQuery,
          response: taken,
        },
      },
      async (request) => {
        const { id, deviceid } = request.query;
        const device = await deviceIn(request, id ?? deviceid);
        const fix = fromTraccarQuery({ ...request.query, id: device }, new Date());
        const taken = await service.save([fix]);
        return { taken, skipped: 1 - taken };
      },
    );
  }
}
