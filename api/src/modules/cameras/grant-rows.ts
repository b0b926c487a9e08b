import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

/** A camera as far as its assignment goes. */
export interface CostOfCamera {
  id: string;
  cost: number;
  worker: string | null;
}

/** Of an open lease. */
export interface OpenLease {
  id: string;
  camera: string;
  worker: string;
  number: number | null;
  takenFrom: string | null;
  heldFrom: Date;
  renewedAt: Date;
  askedAt: Date | null;
}

export type EndReason = 'silent' | 'handed-back' | 'moved' | 'not-configured';

/** Cameras are given one at a time, by whichever process is asked. */
export const lockGrants = (tx: Transaction, tenant: string): Promise<unknown> =>
  sqlIn(tx)(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi grants ${tenant}`}, 0))::text`,
  );

/** The cameras on record: what each costs, and which worker it names. */
export const costsOfCameras = (tx: Transaction): Promise<CostOfCamera[]> =>
  sqlIn(tx)<CostOfCamera>(Prisma.sql`
    SELECT id, config ->> 'worker' AS worker,
      CASE WHEN coalesce((config ->> 'enabled')::boolean, true)
        THEN coalesce((config ->> 'analysisFps')::float8, 5) ELSE 0 END AS cost
    FROM camera WHERE removed_at IS NULL`);

/** Those of some cameras that were removed. */
export async function removedOf(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.camera.findMany({
    where: { id: { in: [...ids] }, removedAt: { not: null } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}

export const openLeases = (tx: Transaction): Promise<OpenLease[]> =>
  tx.cameraLease.findMany({ where: { endedAt: null }, orderBy: { heldFrom: 'asc' } });

export async function endLeases(
  tx: Transaction,
  ids: readonly string[],
  endReason: EndReason,
  endedAt: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.cameraLease.updateMany({
    where: { id: { in: [...ids] }, endedAt: null },
    data: { endedAt, endReason },
  });
}

/** The highest number that was given; 0 before the first. */
async function highest(tx: Transaction): Promise<number> {
  const [last] = await tx.cameraLease.findMany({
    where: { number: { not: null } },
    orderBy: { number: 'desc' },
    take: 1,
    select: { number: true },
  });
  return last?.number ?? 0;
}

/**
 * The last worker of each camera that used its grant. A grant whose response was lost is never renewed
 * and was never in use.
 */
const lastWorkers = (tx: Transaction, cameras: readonly string[]) =>
  sqlIn(tx)<{ camera: string; worker: string }>(Prisma.sql`
    SELECT DISTINCT ON (camera) camera, worker FROM camera_lease
    WHERE camera = ANY(${[...cameras]}) AND (number IS NULL OR renewed_at > held_from)
    ORDER BY camera, held_from DESC`);

/** Gives cameras to workers, under numbers above all that were given before. */
export async function giveCameras(
  tx: Transaction,
  tenantId: string,
  given: readonly { camera: string; worker: string }[],
  at: Date,
): Promise<void> {
  if (given.length === 0) return;
  const cameras = given.map(({ camera }) => camera);
  const [number, before, states] = [
    await highest(tx),
    await lastWorkers(tx, cameras),
    await tx.cameraJudgeState.findMany({
      where: { camera: { in: cameras } },
      select: { camera: true },
    }),
  ];
  await tx.cameraLease.createMany({
    data: given.map(({ camera, worker }, i) => {
      const last = before.find((one) => one.camera === camera)?.worker ?? null;
      const takenFrom = last === worker ? null : last;
      return {
        tenantId,
        id: newId(),
        camera,
        worker,
        heldFrom: at,
        renewedAt: at,
        number: number + i + 1,
        takenFrom,
        handed: takenFrom !== null && states.some((one) => one.camera === camera),
      };
    }),
  });
}

/** Numbers what a worker held by its status, before it sent heartbeats. */
export async function numberLeases(tx: Transaction, leases: readonly OpenLease[]): Promise<void> {
  let number = leases.length === 0 ? 0 : await highest(tx);
  for (const { id } of leases) {
    number += 1;
    await tx.cameraLease.updateMany({ where: { id }, data: { number } });
  }
}

/**
 * Takes a camera that is being removed from its worker, with what the judge remembers of people there. The
 * caller holds the lock of the grants: a heartbeat comes before all of this or after it.
 */
export async function forgetCamera(tx: Transaction, camera: string, at: Date): Promise<void> {
  const open = await tx.cameraLease.findMany({ where: { camera, endedAt: null } });
  await endLeases(
    tx,
    open.map(({ id }) => id),
    'not-configured',
    at,
  );
  await tx.cameraJudgeState.deleteMany({ where: { camera } });
}

/** Keeps the judge's memory of a camera for its next worker. */
export async function keepState(
  tx: Transaction,
  tenantId: string,
  kept: { camera: string; worker: string; number: number; at: Date; state: Buffer },
): Promise<void> {
  const { camera, state, ...rest } = kept;
  const data = { ...rest, state: new Uint8Array(state) };
  await tx.cameraJudgeState.upsert({
    where: { tenantId_camera: { tenantId, camera } },
    create: { tenantId, camera, ...data },
    update: data,
  });
}
