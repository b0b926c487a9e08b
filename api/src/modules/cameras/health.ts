import {
  type CameraHealth,
  cameraHealth,
  topics,
  type WorkerStatus,
  workerStatus,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Account } from '../../platform/access/account.ts';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { BusSigner } from '../../platform/bus-signer.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { CameraLeases } from './leases.ts';
import { StatusOrder } from './status-order.ts';

/** The last status of workers and health of cameras. */
export interface CameraStates {
  health(camera: string): CameraHealth | null;
  workers(): WorkerStatus[];
  /**
   * When anything of the worker was heard last, ms since the epoch, and of how many cameras it tells
   * the health; null where it was never heard.
   */
  heardOf(worker: string): { at: number; cameras: number } | null;
  /** The worker that holds the camera, as this process knows; null for none. */
  holderOf(camera: string): string | null;
  /** The online worker of the camera, or null. */
  workerOf(camera: string): (WorkerStatus & { http: string }) | null;
}

/** Health is repeated every few seconds: after this long without, it is stale. */
const STALE_MS = 30_000;

/** Subscribes to the retained messages of the workers, which a new process gets at once. */
export function followCameras(options: {
  bus: Bus;
  live: LiveEvents;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  leases: CameraLeases;
  signer: Pick<BusSigner, 'fault'>;
  refusals: Pick<BusRefusals, 'note'>;
  /** Whom the health of a camera is shown to. */
  mayRead: (account: Account, camera: string) => boolean;
  now?: () => number;
}): CameraStates {
  const { bus, live, metrics, log, tenant, leases, signer, refusals, mayRead } = options;
  const now = options.now ?? Date.now;
  const healths = new Map<string, { said: CameraHealth; heardAt: number }>();
  const workers = new Map<string, { status: WorkerStatus; heardAt: number }>();
  /** Who holds each camera, as the last status that asked for it was answered. */
  const holders = new Map<string, string>();
  /** Workers whose credential was revoked when they were last heard. */
  const revoked = new Set<string>();
  const order = new StatusOrder(signer);
  /** Numbers the statuses of each worker. */
  const turns = new Map<string, number>();

  const health = (camera: string): CameraHealth | null => {
    const known = healths.get(camera);
    if (!known) return null;
    const worker = workers.get(known.said.worker)?.status;
    return believe(known.said, worker, known.heardAt, now());
  };
  /** One that has said nothing for a while is not there, whatever it said last. */
  const current = ({ status, heardAt }: { status: WorkerStatus; heardAt: number }): WorkerStatus =>
    status.online && now() - heardAt >= STALE_MS ? { ...status, online: false } : status;

  const push = (camera: string) =>
    live.push(tenant, 'cameras', { type: 'camera-health', health: health(camera) }, (account) =>
      mayRead(account, camera),
    );
  live.offer('cameras', {
    current: (account) =>
      account.tenant === tenant
        ? [...healths.keys()]
            .filter((camera) => mayRead(account, camera))
            .map((camera) => ({ type: 'camera-health', health: health(camera) }))
        : [],
  });
  live.offer('system', {
    current: ({ tenant: asker }) =>
      asker === tenant
        ? [...workers.values()].map((one) => ({ type: 'worker', status: current(one) }))
        : [],
  });

  bus.subscribe(topics.cameraHealth(tenant, '+', '+'), 1, (topic, message) => {
    const read = cameraHealth.safeParse(message);
    if (
      !read.success ||
      topic !== topics.cameraHealth(tenant, read.data.worker, read.data.camera)
    ) {
      return invalid('camera-health', topic);
    }
    const said = { ...read.data, at: timeOf('camera-health', read.data.at) };
    const holder = holders.get(said.camera);
    if (revoked.has(said.worker)) return;
    // Another worker watches it: what this one sees of it is not shown.
    if (holder !== undefined && holder !== said.worker) return;
    healths.set(read.data.camera, { said, heardAt: now() });
    push(read.data.camera);
  });
  bus.subscribe(topics.workerStatus(tenant, '+'), 1, (topic, message, payload) => {
    const worker = topic.split('/')[4] ?? '';
    const fault = order.refusal(worker, topic, { message, payload }, now());
    if (fault !== null) {
      if (fault === 'old') return;
      refusals.note({
        user: `worker-${worker}`,
        what: 'signature',
        topic,
        detail: `status: ${fault}`,
      });
      return;
    }
    const read = workerStatus.safeParse(message);
    if (!read.success || read.data.worker !== worker) return invalid('worker-status', topic);
    const status = { ...read.data, at: timeOf('worker-status', read.data.at) };
    if (status.http !== null && !isWorkerAddress(status.http)) {
      return invalid('worker-status', topic);
    }
    const turn = (turns.get(worker) ?? 0) + 1;
    turns.set(worker, turn);
    const settled = hold(status);
    // Published only after its leases are stored: a live view must not be sent to a worker without the camera.
    if (!status.online) return hear(status);
    void settled.then((isRevoked) => {
      if (turns.get(worker) !== turn) return;
      // Shown as gone, with no address that a live view could be asked of.
      hear(isRevoked ? { ...status, online: false, http: null, cameras: [] } : status);
    });
  });
  function hear(status: WorkerStatus): void {
    const { worker } = status;
    const wasOnline = workers.get(worker)?.status.online;
    workers.set(worker, { status, heardAt: now() });
    live.push(tenant, 'system', { type: 'worker', status });
    if (wasOnline === status.online) return;
    // The cameras' health depends on their worker's status.
    for (const [camera, { said }] of healths) {
      if (said.worker !== worker) continue;
      push(camera);
    }
  }
  /** @returns whether its credential is revoked: then it holds nothing. */
  async function hold({ worker, online, cameras }: WorkerStatus): Promise<boolean> {
    const found = await leases.renew(worker, online ? cameras : null);
    const isRevoked = found === 'revoked';
    if (isRevoked) {
      revoked.add(worker);
      if (online) {
        const detail = `the credential of the worker ${worker} is revoked`;
        const topic = topics.workerStatus(tenant, worker);
        refusals.note({ user: `worker-${worker}`, what: 'revoked', topic, detail });
      }
    } else revoked.delete(worker);
    const held = isRevoked ? new Map<string, string>() : found;
    // One that stopped keeps its cameras until another one gets them.
    const kept = isRevoked ? [] : online ? cameras : null;
    for (const [camera, holder] of holders) {
      if (holder === worker && kept?.includes(camera) === false) holders.delete(camera);
    }
    for (const [camera, holder] of held) {
      holders.set(camera, holder);
      if (holder === worker) continue;
      const detail = `the camera ${camera} is held by ${holder}`;
      const topic = topics.workerStatus(tenant, worker);
      refusals.note({ user: `worker-${worker}`, what: 'camera', topic, detail });
    }
    return isRevoked;
  }
  /** The worker's time of a message; the time of receipt where the worker's clock is ahead. */
  function timeOf(kind: 'camera-health' | 'worker-status', at: string): string {
    const heardAt = now();
    const time = takeTime(metrics, kind, at, heardAt);
    return new Date(time.result === 'taken' ? time.at : heardAt).toISOString();
  }
  function invalid(kind: string, topic: string) {
    metrics.busInvalid.inc({ kind });
    log.warn({ topic }, 'a message does not match its schema or its topic');
  }

  return {
    health,
    workers: () =>
      [...workers.values()].map(current).sort((a, b) => a.worker.localeCompare(b.worker)),
    heardOf(worker) {
      const own = [...healths.values()].filter(({ said }) => said.worker === worker);
      const times = own.map(({ heardAt }) => heardAt);
      const status = workers.get(worker);
      if (status) times.push(status.heardAt);
      return times.length === 0 ? null : { at: Math.max(...times), cameras: own.length };
    },
    holderOf: (camera) => holders.get(camera) ?? null,
    workerOf(camera) {
      const holder = workers.get(holders.get(camera) ?? '');
      const found = holder && current(holder);
      return found?.online && found.http ? { ...found, http: found.http } : null;
    },
  };
}

/** The root of an HTTP server: no other protocol, no path, no credentials. */
function isWorkerAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return (
    /^https?:$/.test(protocol) &&
    pathname === '/' &&
    [username, password, search, hash].every((part) => part === '')
  );
}

/** A camera's health, while valid; else a fault with the reason. */
export function believe(
  said: CameraHealth,
  worker: WorkerStatus | undefined,
  heardAt: number,
  now: number,
): CameraHealth {
  const offline = worker?.online === false;
  if (said.state === 'disabled' || (!offline && now - heardAt < STALE_MS)) return said;
  // A last will was written when the worker began: the last word on the camera may be newer.
  const since = offline && worker.at > said.at ? worker.at : said.at;
  const message = offline
    ? `The camera worker "${said.worker}" is offline. Start it, or look at its log.`
    : `The camera worker "${said.worker}" has said nothing of this camera for more than ${STALE_MS / 1000} s. Look at its log.`;
  return {
    ...said,
    state: 'fault',
    quality: 'offline',
    fault: { code: 'failed', message, since },
    sourceFps: 0,
    analysedFps: 0,
    live: { available: false, reason: message, substream: null },
  };
}
