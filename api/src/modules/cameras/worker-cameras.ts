import type { WorkerCameras } from '@anshi/contracts';
import { z } from 'zod';
import { deviceOf } from '../../platform/access/devices.ts';
import type { Database } from '../../platform/db/database.ts';
import type { App } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { workerCamerasSchema } from './config-schema.ts';
import type { CamerasConfiguration } from './configuration.ts';
import { asConfig, findSites } from './sites/rows.ts';
import { camerasOf, findCameras, openAddresses, revisionOf, sitesOf } from './stored.ts';

export interface WorkerCamerasParts {
  database: Database;
  sealed: Sealed;
  tenant: string;
  configuration: Pick<CamerasConfiguration, 'from'>;
}

/**
 * Gives workers their cameras by their own credential. This is the only route whose answer holds an
 * address with its password.
 */
export function registerWorkerCameras(app: App, parts: WorkerCamerasParts): void {
  app.get(
    '/api/v1/ingest/cameras',
    {
      config: { device: { kinds: ['worker'] } },
      exposeHeadRoute: false,
      schema: {
        tags: ['cameras'],
        operationId: 'getWorkerCameras',
        summary: 'Returns the cameras of a worker, with their addresses',
        description:
          'With If-None-Match and the ETag of the last answer it is 304 where nothing changed.',
        response: {
          200: workerCamerasSchema,
          304: z.null().describe('Nothing changed since the answer with that ETag.'),
          ...problems(401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      if (parts.configuration.from === 'file') throw new Problem('camera.from-file');
      const worker = deviceOf(request).name ?? '';
      const found = await read(parts, worker, request.headers['if-none-match']);
      reply.header('etag', tagOf(found.revision)).header('cache-control', 'no-store');
      return found.cameras ? reply.send(found as WorkerCameras) : reply.code(304).send(null);
    },
  );
}

const tagOf = (revision: string) => `"${revision}"`;

/**
 * Opens addresses only where the worker does not have this configuration.
 *
 * @throws Problem where no camera was ever on record: a worker would take an empty list for an order to
 *   drop all of its cameras.
 */
async function read(
  { database, sealed, tenant }: WorkerCamerasParts,
  worker: string,
  has: string | undefined,
): Promise<Pick<WorkerCameras, 'revision'> & Partial<WorkerCameras>> {
  return database.transaction({ tenant, user: null }, async (tx) => {
    const { cameras: all, removed } = await findCameras(tx);
    // Where people removed the last one, workers shall drop it.
    if (all.length + removed.length === 0) throw new Problem('camera.none');
    const rows = camerasOf(all, worker);
    const sites = sitesOf((await findSites(tx)).map(asConfig), rows);
    const revision = revisionOf(sites, rows);
    if (has?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === tagOf(revision))) {
      return { revision };
    }
    const ids = rows.map(({ addressId }) => addressId);
    const addresses = await openAddresses(tx, sealed, tenant, ids);
    const cameras = rows.map(({ id, version, config, addressId }) => ({
      id,
      version,
      config: { ...config, ...addresses.get(addressId) },
    }));
    const others = all.filter((one) => !rows.includes(one)).map(({ id }) => id);
    return { revision, sites, cameras, others };
  });
}
