import type { WorkerGrants, WorkerHeartbeat } from '@anshi/contracts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { assignCameras, type CameraToAssign, cameraToMove, type LiveWorker } from './assignment.ts';
import {
  costsOfCameras,
  endLeases,
  giveCameras,
  keepState,
  lockGrants,
  numberLeases,
  type OpenLease,
  openLeases,
  removedOf,
} from './grant-rows.ts';
import { LEASE_MS } from './leases.ts';
import type { Listening } from './listening.ts';

/** A worker that sent no heartbeat for so long loses its cameras, ms. */
export const GRANT_MS = 6_000;
/** One that is asked to give a camera back and goes on loses it after so long, ms. */
const ASKED_MS = 10_000;
/** Between two moves that only make the load more even, and after a worker came, ms. */
const MOVE_PAUSE_MS = 20_000;

/** Gives the cameras on record to the workers that send heartbeats. */
export interface CameraGrants {
  /** @returns what the worker shall watch. */
  beat(worker: string, said: WorkerHeartbeat): Promise<WorkerGrants>;
}

export function createCameraGrants(options: {
  database: Database;
  tenant: string;
  listening: Pick<Listening, 'since' | 'heard' | 'lost'>;
  refusals: Pick<BusRefusals, 'note'>;
  now?: () => number;
}): CameraGrants {
  const { database, tenant, listening, refusals } = options;
  const now = options.now ?? Date.now;

  async function take(
    tx: Transaction,
    worker: string,
    said: WorkerHeartbeat,
  ): Promise<WorkerGrants> {
    await lockGrants(tx, tenant);
    const at = new Date(now());
    await noteWorker(tx, tenant, worker, said, at);
    const own = (await openLeases(tx)).filter((lease) => lease.worker === worker);
    await numberLeases(
      tx,
      own.filter(({ number }) => number === null),
    );
    await keepStates(tx, worker, said, own, at);
    const named = new Set(said.cameras.map(({ camera, number }) => `${camera} ${number}`));
    const isNamed = ({ camera, number }: OpenLease) => named.has(`${camera} ${number}`);
    const back = own.filter((lease) => lease.number !== null && (said.leaving || !isNamed(lease)));
    const moved = back.filter(({ askedAt }) => askedAt !== null);
    await endLeases(tx, idsOf(moved), 'moved', at);
    await endLeases(tx, idsOf(back), 'handed-back', at);
    await tx.cameraLease.updateMany({
      where: { worker, endedAt: null },
      data: { renewedAt: at },
    });
    await spread(tx, tenant, at, listening.since);
    return said.leaving ? { cameras: [] } : answer(tx, worker, isNamed, at);
  }

  /**
   * Of cameras that it has, by their present number; others are another worker's. Nothing is kept of a camera
   * that was removed: what its worker remembers of people ends there.
   */
  async function keepStates(
    tx: Transaction,
    worker: string,
    said: WorkerHeartbeat,
    own: readonly OpenLease[],
    at: Date,
  ): Promise<void> {
    const removed = await removedOf(
      tx,
      said.states.map(({ camera }) => camera),
    );
    for (const { camera, number, state } of said.states) {
      if (removed.has(camera)) continue;
      if (own.some((lease) => lease.camera === camera && lease.number === number)) {
        await keepState(tx, tenant, {
          camera,
          worker,
          number,
          at,
          state: Buffer.from(state, 'base64'),
        });
        continue;
      }
      refusals.note({
        user: `worker-${worker}`,
        what: 'camera',
        topic: 'POST /api/v1/ingest/worker/heartbeat',
        detail: `a state of the camera ${camera} under the number ${number}, which it does not hold`,
      });
    }
  }

  return {
    async beat(worker, said) {
      listening.heard();
      try {
        return await database.transaction({ tenant, user: null }, (tx) => take(tx, worker, said));
      } catch (error) {
        if (!(error instanceof Problem)) listening.lost();
        throw error;
      }
    },
  };
}

const idsOf = (leases: readonly OpenLease[]) => leases.map(({ id }) => id);
const before = (at: Date, ms: number) => new Date(at.getTime() - ms);

async function noteWorker(
  tx: Transaction,
  tenantId: string,
  worker: string,
  { capacity, most, load, leaving }: WorkerHeartbeat,
  at: Date,
): Promise<void> {
  const known = await tx.cameraWorker.findFirst({ where: { worker } });
  const isBack = !known || known.leaving || known.heardAt < before(at, GRANT_MS);
  const data = { heardAt: at, capacity, most, load, leaving };
  await tx.cameraWorker.upsert({
    where: { tenantId_worker: { tenantId, worker } },
    create: { tenantId, worker, since: at, ...data },
    update: { ...data, ...(isBack && { since: at }) },
  });
}

/** Ends what silent workers hold, and gives each camera without a worker to one. */
async function spread(
  tx: Transaction,
  tenant: string,
  at: Date,
  listeningSince: number | null,
): Promise<void> {
  // Of a time when the clock was ahead: its silence begins now.
  await tx.cameraWorker.updateMany({
    where: { heardAt: { gt: before(at, -1_000) } },
    data: { heardAt: at },
  });
  const listenedMs = listeningSince === null ? 0 : at.getTime() - listeningSince;
  const all = await tx.cameraWorker.findMany();
  const here = all.filter(
    ({ leaving, heardAt }) =>
      !leaving && (heardAt >= before(at, GRANT_MS) || listenedMs < GRANT_MS),
  );
  const isHere = (worker: string) => here.some((one) => one.worker === worker);
  const costs = await costsOfCameras(tx);
  // A worker would take an empty list for an order to drop all that it has.
  // Removed ones count: the last of them goes, too.
  if (costs.length === 0 && (await tx.camera.count()) === 0) throw new Problem('camera.none');
  let open = await openLeases(tx);
  const end = async (leases: OpenLease[], reason: Parameters<typeof endLeases>[2]) => {
    await endLeases(tx, idsOf(leases), reason, at);
    open = open.filter((lease) => !leases.includes(lease));
  };
  // A worker that follows its status alone is heard of less often.
  const isSilent = ({ worker, number, renewedAt }: OpenLease) =>
    number !== null
      ? !isHere(worker)
      : renewedAt < before(at, LEASE_MS) && listenedMs >= LEASE_MS && !isHere(worker);
  await end(open.filter(isSilent), 'silent');
  await end(
    open.filter(({ camera, number }) => number !== null && !costs.some((one) => one.id === camera)),
    'not-configured',
  );
  await end(
    open.filter(({ askedAt }) => askedAt !== null && askedAt <= before(at, ASKED_MS)),
    'moved',
  );
  const workers: LiveWorker[] = here.map(({ worker: name, capacity, most }) => ({
    name,
    capacity,
    most,
  }));
  const cameras: CameraToAssign[] = costs.map((one) => ({
    ...one,
    holder: open.find(({ camera }) => camera === one.id)?.worker ?? null,
  }));
  const wanted = assignCameras(cameras, workers);
  const given: { camera: string; worker: string }[] = [];
  const asked: string[] = [];
  for (const { id, holder } of cameras) {
    const worker = wanted.get(id) ?? null;
    if (holder === null) {
      if (worker !== null) given.push({ camera: id, worker });
    } else if (worker !== holder && isHere(holder)) asked.push(id);
  }
  const recent = before(at, MOVE_PAUSE_MS);
  const isSettled =
    given.length === 0 &&
    asked.length === 0 &&
    here.every(({ since }) => since <= recent) &&
    open.every(({ heldFrom, askedAt }) => askedAt === null && heldFrom <= recent);
  const move = isSettled ? cameraToMove(cameras, workers) : null;
  if (move) asked.push(move.camera);
  await giveCameras(tx, tenant, given, at);
  if (asked.length > 0) {
    await tx.cameraLease.updateMany({
      where: { camera: { in: asked }, endedAt: null, askedAt: null, number: { not: null } },
      data: { askedAt: at },
    });
  }
}

/** What it holds and is not asked to give back; with the state of those that it does not name yet. */
async function answer(
  tx: Transaction,
  worker: string,
  isNamed: (lease: OpenLease) => boolean,
  at: Date,
): Promise<WorkerGrants> {
  const own = (await openLeases(tx)).filter(
    (lease) => lease.worker === worker && lease.askedAt === null,
  );
  const fresh = own.filter((lease) => !isNamed(lease)).map(({ camera }) => camera);
  const states =
    fresh.length === 0
      ? []
      : await tx.cameraJudgeState.findMany({ where: { camera: { in: fresh } } });
  return {
    cameras: own.flatMap(({ camera, number, heldFrom, takenFrom }) => {
      if (number === null) return [];
      const kept = states.find((one) => one.camera === camera);
      const state = kept && {
        state: Buffer.from(kept.state).toString('base64'),
        ageMs: Math.max(0, at.getTime() - kept.at.getTime()),
      };
      return [{ camera, number, since: heldFrom.toISOString(), takenFrom, state: state ?? null }];
    }),
  };
}
