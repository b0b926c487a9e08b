import { healthMinutes } from '@anshi/contracts';
import { z } from 'zod';
import type { DeviceGate } from '../../platform/access/devices.ts';
import type { Database } from '../../platform/db/database.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { everHeld } from '../cameras/who-held.ts';
import { rowsOf, storeGaps, storeMinutes } from './store.ts';

/** Minutes may be told by a clock that is so far ahead, ms. */
const AHEAD_MS = 120_000;
/** Older ones would be purged at once. */
const OLDEST_MS = 8 * 86_400_000;

/** Takes the minutes of workers, by their own credential. */
export function registerHealthIngest(
  app: App,
  parts: { database: Database; tenant: string; devices: Pick<DeviceGate, 'requireName'> },
): void {
  const { database, tenant, devices } = parts;
  app.post(
    '/api/v1/ingest/health',
    {
      config: { device: { kinds: ['worker'] } },
      schema: {
        tags: ['device health'],
        operationId: 'takeHealthMinutes',
        summary: 'Takes the minutes of a worker and its cameras',
        description: 'One that is on record already changes nothing: a worker may send it again.',
        body: healthMinutes,
        response: {
          204: z.null().describe('On record.'),
          ...problems(400, 401, 403, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { worker, minutes } = request.body;
      await devices.requireName(request, worker);
      const now = Date.now();
      const cameras = new Set<string>();
      const rows = minutes.flatMap((minute) => {
        const at = Date.parse(minute.at);
        // By a clock that is wrong, they would stand in another minute: they are left out.
        const isUsable = at % 60_000 === 0 && at < now + AHEAD_MS && at > now - OLDEST_MS;
        return isUsable ? rowsOf(worker, minute) : [];
      });
      for (const { kind, subject } of rows) if (kind === 'camera') cameras.add(subject);
      await database.transaction({ tenant, user: null }, async (tx) => {
        const own = await everHeld(tx, worker, [...cameras]);
        // A worker tells only of what it was given to watch.
        const taken = rows.filter(({ kind, subject }) => kind === 'worker' || own.has(subject));
        await storeGaps(tx, tenant, taken);
        await storeMinutes(tx, tenant, taken);
      });
      return reply.code(204).send(null);
    },
  );
}
