import { topics, type WorkerStatus } from '@anshi/contracts';
import { enrolWorker } from './devices.ts';
import { type RunningApi, type Site, until } from './site.ts';
import { connectWorker, signed } from './worker.ts';

/** The API marks a worker as offline after 30 s without a status. */
const STATUS_EVERY_MS = 5_000;

/**
 * Enrols `worker-1` with the camera hall-west, and publishes its status until it leaves.
 *
 * @param port of the worker's HTTP server on 127.0.0.1.
 * @returns a function that disconnects it, once the API knows it.
 */
export async function announceWorker(
  site: Site,
  api: RunningApi,
  port: number,
): Promise<() => Promise<void>> {
  await enrolWorker(api, 'worker-1');
  const { client, leave } = connectWorker(site, 'worker-1');
  const status: Omit<WorkerStatus, 'at'> = {
    worker: 'worker-1',
    online: true,
    http: `http://127.0.0.1:${port}`,
    cameras: ['hall-west'],
    liveEngine: 'mediasoup',
    model: { name: 'ppe', version: '1.0.0' },
    outbox: { waiting: 0, rejected: 0 },
    recording: true,
    disk: null,
    warnings: [],
    configuration: null,
    problem: null,
  };
  const topic = topics.workerStatus('demo', 'worker-1');
  const publishStatus = () => {
    const now = { ...status, at: new Date().toISOString() };
    return client.publishAsync(topic, signed('worker-1', topic, now));
  };
  await until(async () => {
    await publishStatus();
    const { body } = await api.send<{ workers: object[] }>('operator', 'GET', '/system');
    return body.workers.length > 0;
  }, 'the worker is known');
  const publishing = setInterval(() => void publishStatus().catch(() => {}), STATUS_EVERY_MS);
  return () => {
    clearInterval(publishing);
    return leave();
  };
}
