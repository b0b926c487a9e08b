import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';

/** A worker that was not heard of for so long loses its cameras to one that asks for them. */
export const LEASE_MS = 45_000;
/** Clocks and statuses are not to the second. */
const SLACK_MS = 30_000;

/** Who holds each camera that a worker asked for. */
export type Renewed = ReadonlyMap<string, string> | 'revoked';

/** Who watches which camera, by what workers sign about themselves. */
export interface CameraLeases {
  /**
   * Renews what a worker holds and gives it what is free or expired of what it asks for; what it names
   * no more is free.
   *
   * @param cameras that it says it watches; none where it stopped.
   * @returns of each camera that it asked for, who holds it; `revoked` where its credential is: then it
   *   holds none any more.
   */
  renew(worker: string, cameras: readonly string[]): Promise<Renewed>;
}

export function createCameraLeases(options: {
  database: Database;
  log: Logger;
  tenant: string;
  /** Whether the configuration has the camera. */
  isKnown: (camera: string) => boolean;
  now?: () => number;
}): CameraLeases {
  const { database, log, tenant, isKnown } = options;
  const now = options.now ?? Date.now;
  /** One at a time for a worker, in the order in which it was heard. */
  const running = new Map<string, Promise<unknown>>();

  async function renewNow(worker: string, cameras: readonly string[]): Promise<Renewed> {
    const asked = cameras.filter(isKnown);
    try {
      return await database.transaction({ tenant, user: null }, async (tx) => {
        const isRevoked = await isWorkerRevoked(tx, worker);
        const held = await renewLeases(tx, tenant, worker, isRevoked ? [] : asked, new Date(now()));
        return isRevoked ? 'revoked' : held;
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

async function renewLeases(
  tx: Transaction,
  tenantId: string,
  worker: string,
  asked: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, string>> {
  await tx.cameraLease.updateMany({
    where: { worker, endedAt: null, camera: { notIn: [...asked] } },
    data: { endedAt: at },
  });
  if (asked.length === 0) return new Map();
  await tx.cameraLease.updateMany({
    where: { worker, endedAt: null, camera: { in: [...asked] } },
    data: { renewedAt: at },
  });
  // A worker that stopped without saying so held its cameras until this moment.
  const expired = new Date(at.getTime() - LEASE_MS);
  await tx.cameraLease.updateMany({
    where: { camera: { in: [...asked] }, endedAt: null, renewedAt: { lt: expired } },
    data: { endedAt: at },
  });
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
  const held = await tx.cameraLease.findMany({
    where: { camera: { in: [...asked] }, endedAt: null },
    select: { camera: true, worker: true },
  });
  return new Map(held.map((one) => [one.camera, one.worker]));
}

/**
 * Whether a worker may report what a camera saw at a moment. It may where it held the camera then, however
 * late it tells; also for times that no other worker held, so that nothing is lost that it saw while the
 * API was away.
 *
 * @returns `unknown`: it never held the camera, or not yet; else who held it then in its place.
 */
export async function whoHeld(
  tx: Transaction,
  camera: string,
  worker: string,
  at: Date,
): Promise<'itself' | 'unknown' | { other: string }> {
  const rows = await tx.cameraLease.findMany({
    where: { camera },
    select: { worker: true, heldFrom: true, endedAt: true },
    orderBy: { heldFrom: 'desc' },
    take: 1000,
  });
  const time = at.getTime();
  const covers = (row: (typeof rows)[number], slack: number) =>
    time >= row.heldFrom.getTime() - slack &&
    (row.endedAt === null || time <= row.endedAt.getTime() + slack);
  const own = rows.filter((row) => row.worker === worker);
  if (own.some((row) => covers(row, SLACK_MS))) return 'itself';
  if (own.length === 0) return 'unknown';
  const other = rows.find((row) => row.worker !== worker && covers(row, 0));
  return other ? { other: other.worker } : 'itself';
}
