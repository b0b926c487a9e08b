import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';

/** A worker that was not heard of for so long loses its cameras to one that asks for them. */
export const LEASE_MS = 45_000;

/** Who holds each camera that a worker asked for. */
export type Renewed = ReadonlyMap<string, string> | 'revoked';

/** Who watches which camera, by what workers sign about themselves. */
export interface CameraLeases {
  /**
   * Renews what a worker holds and gives it what is free or expired of what it asks for; what it names
   * no more is free.
   *
   * @param cameras that it says it watches; null where it stopped or the broker lost it: it keeps its
   *   cameras for LEASE_MS more, since it may have been cut off for a moment.
   * @returns of each camera that it asked for, who holds it; `revoked` where its credential is: then it
   *   holds none any more.
   */
  renew(worker: string, cameras: readonly string[] | null): Promise<Renewed>;
}

export function createCameraLeases(options: {
  database: Database;
  log: Logger;
  tenant: string;
  /** Whether the configuration has the camera. */
  isKnown: (camera: string) => boolean;
  /**
   * Since when statuses reach this process, ms since the epoch; null while they do not. Silence before
   * was not that of a worker.
   */
  listeningSince: () => number | null;
  now?: () => number;
}): CameraLeases {
  const { database, log, tenant, isKnown, listeningSince } = options;
  const now = options.now ?? Date.now;
  /** One at a time for a worker, in the order in which it was heard. */
  const running = new Map<string, Promise<unknown>>();

  async function renewNow(worker: string, cameras: readonly string[] | null): Promise<Renewed> {
    const moment = now();
    const at = new Date(moment);
    const mayExpire = moment - (listeningSince() ?? moment) >= LEASE_MS;
    try {
      return await database.transaction({ tenant, user: null }, async (tx) => {
        if (await isWorkerRevoked(tx, worker)) {
          await endOthers(tx, worker, [], at);
          return 'revoked';
        }
        // What its heartbeats hold, its status does not change.
        if ((await tx.cameraWorker.count({ where: { worker } })) > 0) {
          return await holdersOf(tx, cameras?.filter(isKnown) ?? []);
        }
        if (cameras === null) {
          await keepForReturn(tx, worker, at);
          return new Map();
        }
        const asked = cameras.filter(isKnown);
        await endOthers(tx, worker, asked, at);
        if (asked.length === 0) return new Map();
        return take(tx, tenant, worker, asked, at, mayExpire);
      });
    } catch (error) {
      log.warn(
        { err: error, worker },
        'the leases of cameras are not renewed; they are with its next status',
      );
      return new Map();
    }
  }

  return {
    renew(worker, cameras) {
      const turn = (running.get(worker) ?? Promise.resolve()).then(() => renewNow(worker, cameras));
      running.set(worker, turn);
      void turn.then(() => {
        if (running.get(worker) === turn) running.delete(worker);
      });
      return turn;
    },
  };
}

const expiredAt = (at: Date) => new Date(at.getTime() - LEASE_MS);

/** Ends what the worker holds beside these cameras. */
async function endOthers(
  tx: Transaction,
  worker: string,
  kept: readonly string[],
  at: Date,
): Promise<void> {
  await tx.cameraLease.updateMany({
    where: { worker, endedAt: null, camera: { notIn: [...kept] } },
    data: { endedAt: at },
  });
}

/** Renews what the worker still holds, for the last time unless it comes back. */
async function keepForReturn(tx: Transaction, worker: string, at: Date): Promise<void> {
  await tx.cameraLease.updateMany({
    where: { worker, endedAt: null, renewedAt: { gte: expiredAt(at) } },
    data: { renewedAt: at },
  });
}

async function take(
  tx: Transaction,
  tenantId: string,
  worker: string,
  asked: readonly string[],
  at: Date,
  mayExpire: boolean,
): Promise<ReadonlyMap<string, string>> {
  await tx.cameraLease.updateMany({
    where: { worker, endedAt: null, camera: { in: [...asked] } },
    data: { renewedAt: at },
  });
  if (mayExpire) {
    // A worker that stopped without saying so held its cameras until this moment.
    await tx.cameraLease.updateMany({
      where: { camera: { in: [...asked] }, endedAt: null, renewedAt: { lt: expiredAt(at) } },
      data: { endedAt: at },
    });
  }
  // Of two that ask at once, the index lets one through.
  await tx.cameraLease.createMany({
    data: asked.map((camera) => ({
      tenantId,
      id: ulid(),
      camera,
      worker,
      heldFrom: at,
      renewedAt: at,
    })),
    skipDuplicates: true,
  });
  return holdersOf(tx, asked);
}

async function holdersOf(
  tx: Transaction,
  cameras: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (cameras.length === 0) return new Map();
  const held = await tx.cameraLease.findMany({
    where: { camera: { in: [...cameras] }, endedAt: null },
    select: { camera: true, worker: true },
  });
  return new Map(held.map((one) => [one.camera, one.worker]));
}
