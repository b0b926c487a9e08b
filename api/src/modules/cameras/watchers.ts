import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { costsOfCameras, openLeases } from './grant-rows.ts';
import { GRANT_MS } from './grants.ts';
import type { watcherList } from './schema.ts';

const DAY_MS = 86_400_000;
/** Workers that were not heard for so long are not shown, ms. */
const FORGET_MS = 7 * DAY_MS;
/** Moves that are shown at most, the newest first. */
const MOST_MOVES = 200;

/**
 * Which worker watches which camera, how full each is, and what moved in the last 24 hours.
 *
 * @param mayRead which cameras are shown; of workers those that watch one of them, or may come to.
 */
export async function findWatchers(
  tx: Transaction,
  mayRead: (camera: string) => boolean,
  now: number = Date.now(),
): Promise<z.infer<typeof watcherList>> {
  const [cameras, leases, workers] = [
    (await costsOfCameras(tx)).filter(({ id }) => mayRead(id)),
    (await openLeases(tx)).filter(({ camera }) => mayRead(camera)),
    await tx.cameraWorker.findMany({ orderBy: { worker: 'asc' } }),
  ];
  const ended = await tx.cameraLease.findMany({
    where: { endedAt: { gte: new Date(now - DAY_MS) } },
    orderBy: { endedAt: 'desc' },
    take: 2 * MOST_MOVES,
  });
  const moved = await tx.cameraLease.findMany({
    where: { takenFrom: { not: null }, heldFrom: { gte: new Date(now - DAY_MS) } },
    orderBy: [{ heldFrom: 'desc' }, { camera: 'asc' }],
    take: MOST_MOVES,
  });
  return {
    workers: workers
      .filter(({ heardAt }) => heardAt.getTime() > now - FORGET_MS)
      .map(({ worker, since, heardAt, capacity, load, most, leaving }) => {
        const isHere = !leaving && now - heardAt.getTime() < GRANT_MS;
        return {
          worker,
          state: isHere ? 'here' : leaving ? 'stopped' : 'silent',
          since: since.toISOString(),
          heardAt: heardAt.toISOString(),
          capacity,
          load: isHere ? load : 0,
          most,
          cameras: leases.filter((one) => one.worker === worker).length,
        } as const;
      }),
    cameras: cameras
      .filter(({ cost }) => cost > 0)
      .map(({ id, cost, worker: named }) => {
        const lease = leases.find(({ camera }) => camera === id);
        const holder = workers.find(({ worker }) => worker === lease?.worker);
        // Its worker is silent, and no other one has taken it.
        const isWatched =
          lease && (lease.number === null || (holder && now - holder.heardAt.getTime() < GRANT_MS));
        return {
          camera: id,
          cost,
          named,
          worker: isWatched ? lease.worker : null,
          since: isWatched ? lease.heldFrom.toISOString() : null,
          number: isWatched ? lease.number : null,
        };
      })
      .sort((a, b) => (a.camera < b.camera ? -1 : 1)),
    moves: moved
      .filter(({ camera }) => mayRead(camera))
      .map(({ camera, heldFrom, takenFrom, worker, handed }) => {
        const before = ended.find(
          (one) => one.camera === camera && one.endedAt !== null && one.endedAt <= heldFrom,
        );
        return {
          camera,
          at: heldFrom.toISOString(),
          from: takenFrom ?? '',
          to: worker,
          reason: (before?.endReason ?? 'silent') as 'silent',
          handed,
        };
      }),
  };
}
