import {
  type CameraSetupRequest,
  type CameraTest,
  cameraDiscovery,
  cameraTest,
  type OnvifDevice,
  onvifDevice,
} from '@anshi/contracts';
import { sealRequest } from '@anshi/contracts/sealed-request';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { sessionOf } from '../../platform/access/request-account.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { hostAddress } from '../cameras/address.ts';
import { createWorkerRequests, newViewId, reasonIn } from '../live/worker-requests.ts';
import type { DeviceBody, DiscoverAnswer, TryBody } from './camera-setup-schema.ts';

/** Longer than a name, a connection, ffprobe and a first picture may take at the worker, ms. */
const ANSWER_WITHIN_MS = 30_000;

const NETWORK = 'camera-network' as const;

/** What a worker is asked, and the form of its answer. */
interface Asked<Result> {
  worker: { id: string; http: string };
  of: CameraSetupRequest;
  schema: z.ZodType<Result>;
}
/** Of the audit log. */
interface Entry {
  action: 'try-address' | 'discover' | 'ask-device';
  entity: 'camera' | typeof NETWORK;
  id: string;
  /** Where it leads to; null for no address. */
  host: string | null;
}

export type CameraSetup = ReturnType<typeof createCameraSetup>;

/**
 * What is asked of a worker while cameras are set up: it is on their network. Each request is signed for one
 * person, and sealed for that worker, since it may hold a password. Who asked for which host is in the audit log,
 * whatever came of it; passwords are not, and nothing of an answer is stored.
 */
export function createCameraSetup({
  units,
  services,
  busSigner,
}: Pick<Platform, 'units' | 'services' | 'busSigner'>) {
  const { states, configurations } = services.get('cameras');
  const ask = createWorkerRequests(services.get('devices').liveSigners);

  /** @throws Problem where no worker is there, or not the one that is named. */
  function workerFor(named: string | null, camera: string | null): { id: string; http: string } {
    const online = states
      .workers()
      .flatMap(({ worker, online, http }) => (online && http ? [{ id: worker, http }] : []));
    const watching = camera === null ? null : states.workerOf(camera)?.worker;
    const wanted = named ?? watching;
    const found = wanted ? online.find(({ id }) => id === wanted) : undefined;
    const worker = found ?? (named === null ? online[0] : undefined);
    if (!worker) throw new Problem('device-health.no-worker');
    return worker;
  }

  async function answerOf<Result extends { worker: string }>(
    { worker, of: request, schema }: Asked<Result>,
    session: string,
  ): Promise<Result> {
    const view = newViewId();
    const { answer, text } = await ask({
      worker,
      action: 'setup',
      view,
      camera: null,
      session,
      setup: sealRequest(busSigner.keyOf(worker.id), view, JSON.stringify(request)),
      withinMs: ANSWER_WITHIN_MS,
    }).catch((error: unknown) => {
      const detail = error instanceof Problem ? error.message : undefined;
      throw new Problem('device-health.no-worker', detail);
    });
    if (answer.status === 429) throw new Problem('device-health.worker-busy');
    if (answer.status !== 200) throw new Problem('device-health.not-tried', reasonIn(text));
    const read = schema.safeParse(parsed(text));
    if (!read.success || read.data.worker !== worker.id) {
      throw new Problem('device-health.not-tried', 'The answer of the worker cannot be read.');
    }
    return read.data;
  }

  /** Asks, and writes into the audit log who asked for what. */
  async function audited<Result extends { worker: string }>(
    { user, request }: { user: User; request: FastifyRequest },
    { host, ...entry }: Entry,
    asked: Asked<Result>,
  ): Promise<Result> {
    let result: Result | null = null;
    try {
      result = await answerOf(asked, sessionOf(request));
      return result;
    } finally {
      const outcome = result && 'outcome' in result ? { outcome: result.outcome } : {};
      const answered = result !== null;
      const after = { worker: asked.worker.id, answered, ...(host && { host }), ...outcome };
      await units.run(user, (unit) => unit.audit({ ...entry, after }));
    }
  }

  return {
    /** Tries an address as it would be saved. */
    async tryAddress(user: User, body: TryBody, request: FastifyRequest): Promise<CameraTest> {
      const { id, url, transport, tls, worker: own } = await configurations.attempt(user, body);
      const worker = workerFor(body.worker ?? own ?? null, id);
      const of = {
        kind: 'test' as const,
        camera: id,
        address: url,
        transport,
        ...(tls && { tls }),
      };
      const host = hostAddress(url);
      const entry = { action: 'try-address' as const, entity: 'camera' as const, id, host };
      return audited({ user, request }, entry, { worker, of, schema: cameraTest });
    },

    /** Looks for cameras in the network of a worker. */
    async discover(
      user: User,
      { worker: named }: { worker: string | null },
      request: FastifyRequest,
    ): Promise<DiscoverAnswer> {
      const worker = workerFor(named, null);
      const entry = { action: 'discover' as const, entity: NETWORK, id: worker.id, host: null };
      const of = { kind: 'discover' as const };
      const found = await audited({ user, request }, entry, {
        worker,
        of,
        schema: cameraDiscovery,
      });
      const hosts = await configurations.hosts(user);
      const devices = found.devices.map((device) => ({
        ...device,
        cameras: [...hosts].flatMap(([id, address]) =>
          nameIn(address) === device.host.toLowerCase() ? [id] : [],
        ),
      }));
      return { ...found, devices };
    },

    /** What a device says of itself and its streams. */
    async device(user: User, body: DeviceBody, request: FastifyRequest): Promise<OnvifDevice> {
      const { worker: named, address, user: name, password } = body;
      const worker = workerFor(named, null);
      const of = { kind: 'device' as const, address, user: name, password };
      const host = hostAddress(address);
      const entry = { action: 'ask-device' as const, entity: NETWORK, id: worker.id, host };
      return audited({ user, request }, entry, { worker, of, schema: onvifDevice });
    },
  };
}

/** The host of an address such as `rtsp://192.0.2.10:554`, without its port. */
const nameIn = (address: string): string =>
  address
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
