import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import {
  fromImpinj,
  fromTraccarJson,
  fromTraccarQuery,
  impinjEvent,
  traccarJson,
  traccarQuery,
} from './adapters.ts';
import { locationList, locationsTaken } from './schema.ts';
import type { LocationsService } from './service.ts';

const worker = { worker: true } as const;
const tags = ['locations'];
const taken = { 200: locationsTaken, ...problems(400, 401, 415, 503) };

export function locationsModule(service: LocationsService): Module {
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
      app.post(
        '/api/v1/ingest/rfid/impinj',
        {
          config: worker,
          schema: {
            tags,
            operationId: 'ingestImpinj',
            summary: 'Takes reads of an Impinj reader (its HTTP webhook)',
            body: z.union([z.array(impinjEvent).max(5000), impinjEvent]),
            response: taken,
          },
        },
        async (request) => {
          const events = Array.isArray(request.body) ? request.body : [request.body];
          const now = new Date();
          const locations = events
            .map((event) => fromImpinj(event, now))
            .filter((location) => location !== null);
          const taken = await service.save(locations);
          return { taken, skipped: events.length - taken };
        },
      );
      app.post(
        '/api/v1/ingest/gps/traccar',
        {
          config: worker,
          schema: {
            tags,
            operationId: 'ingestTraccar',
            summary: 'Takes a GPS fix as Traccar Client sends it',
            body: traccarJson,
            response: taken,
          },
        },
        async (request) => {
          const taken = await service.save([fromTraccarJson(request.body, new Date())]);
          return { taken, skipped: 1 - taken };
        },
      );
      app.get(
        '/api/v1/ingest/gps/traccar',
        {
          config: worker,
          // A look at it must not store a fix.
          exposeHeadRoute: false,
          schema: {
            tags,
            operationId: 'ingestTraccarQuery',
            summary: 'Takes a GPS fix as the OsmAnd protocol sends it',
            querystring: traccarQuery.refine(({ id, deviceid }) => id ?? deviceid, {
              path: ['id'],
              message: 'names no device',
            }),
            response: taken,
          },
        },
        async (request) => {
          const taken = await service.save([fromTraccarQuery(request.query, new Date())]);
          return { taken, skipped: 1 - taken };
        },
      );
    },
  };
}
