import { workerGrants, workerHeartbeat } from '@anshi/contracts';
import { deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import type { CamerasConfiguration } from './configuration.ts';
import type { CameraGrants } from './grants.ts';

const body = workerHeartbeat.meta({
  id: 'WorkerHeartbeat',
  description: 'What a worker says of itself every two seconds.',
});
const given = workerGrants.meta({
  id: 'WorkerGrants',
  description: 'The cameras that a worker shall watch.',
});

export interface WorkerHeartbeatParts {
  grants: CameraGrants;
  configuration: Pick<CamerasConfiguration, 'from'>;
}

/** A worker is named by its credential alone, so that it gets no camera of another one. */
export function registerWorkerHeartbeat(
  app: App,
  { grants, configuration }: WorkerHeartbeatParts,
): void {
  app.post(
    '/api/v1/ingest/worker/heartbeat',
    {
      config: { device: { kinds: ['worker'] } },
      schema: {
        tags: ['cameras'],
        operationId: 'postWorkerHeartbeat',
        summary: 'Takes the heartbeat of a worker, and gives it its cameras',
        description:
          'Every two seconds. A worker that is silent for six seconds, while the API listens, loses its cameras to others. The answer holds what it shall watch, each camera under a fencing number.',
        body,
        response: { 200: given, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      if (configuration.from === 'file') throw new Problem('camera.from-file');
      reply.header('cache-control', 'no-store');
      return grants.beat(deviceOf(request).name ?? '', request.body);
    },
  );
}
