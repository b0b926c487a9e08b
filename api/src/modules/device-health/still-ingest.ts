import { outageStill } from '@anshi/contracts';
import { z } from 'zod';
import type { DeviceGate } from '../../platform/access/devices.ts';
import type { Database } from '../../platform/db/database.ts';
import type { App } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { whoHeld } from '../cameras/who-held.ts';
import { jpegAgain, outageOf, storeStill } from './still-store.ts';

/** A fault is seen in pictures for some seconds before it is told, and reports come every few seconds. */
const LATEST_MS = 60_000;
/** A still of the most bytes, and the words around it. */
const BODY_LIMIT = 128 * 1024;

/** Takes stills of outages from workers, by their own credential. */
export function registerStillIngest(
  app: App,
  parts: {
    database: Database;
    tenant: string;
    sealed: Sealed;
    devices: Pick<DeviceGate, 'requireName' | 'refuseName'>;
    /** One more is there. */
    onStored: () => void;
  },
): void {
  const { database, tenant, sealed, devices, onStored } = parts;
  app.post(
    '/api/v1/ingest/outage-stills',
    {
      bodyLimit: BODY_LIMIT,
      config: { device: { kinds: ['worker'] } },
      schema: {
        tags: ['device health'],
        operationId: 'takeOutageStill',
        summary: 'Takes the last picture of a camera before an outage',
        description:
          'Its faces are blurred by the worker. The first one of an outage stays; 404 where the outage is not on record yet: it may be sent again.',
        body: outageStill,
        response: {
          204: z.null().describe('On record.'),
          ...problems(400, 401, 403, 404, 413, 415, 422, 503, 507),
        },
      },
    },
    async (request, reply) => {
      const { worker, camera, since, still, missing } = request.body;
      await devices.requireName(request, worker);
      if (still && Date.parse(still.at) > Date.parse(since) + LATEST_MS) {
        throw new Problem(
          'device-health.still-invalid',
          `it was taken at ${still.at}, after the outage began at ${since}`,
        );
      }
      const jpeg = still && (await jpegAgain(still.jpeg));
      const run = { tenant, user: null };
      const held = await database.transaction(run, (tx) =>
        whoHeld(tx, camera, worker, new Date(still?.at ?? since)),
      );
      if (held === 'unknown' || (held !== 'itself' && held.isSure)) {
        return devices.refuseName(
          request,
          camera,
          `The camera "${camera}" was not watched by "${worker}" then.`,
        );
      }
      if (held !== 'itself') throw new Problem('device-health.outage-unknown');
      await database.transaction(run, async (tx) => {
        const outage = await outageOf(tx, request.body);
        if (outage === null) throw new Problem('device-health.outage-unknown');
        const kept = still && jpeg && { at: still.at, jpeg };
        await storeStill(tx, { sealed, tenant }, outage, { worker, still: kept, missing });
      });
      onStored();
      return reply.code(204).send(null);
    },
  );
}
