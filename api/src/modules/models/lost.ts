import { decodeTime, ulid } from 'ulid';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { CameraStates } from '../cameras/health.ts';
import { inTurnOf, type Load, loadedBy, noteChanges } from './log.ts';

/** A worker without messages for this long is lost. */
export const LOST_AFTER_HOURS = 24;
const LOST_AFTER_MS = LOST_AFTER_HOURS * 3_600_000;
/** Grace period of a process that has just started listening. */
const LISTEN_FIRST_MS = 3_600_000;
/** A starting worker announces its models within seconds: before that, none are assumed. */
const SETTLED_AFTER_MS = 10 * 60_000;

export type LostWorkers = ReturnType<typeof createLostWorkers>;

/**
 * Ends the intervals of lost workers at their last message. If one returns without an announcement,
 * it kept running: its intervals continue.
 *
 * @param options.listeningSince since when `states` receives the workers' messages, milliseconds.
 */
export function createLostWorkers(options: {
  units: Units;
  states: Pick<CameraStates, 'workers' | 'health'>;
  listeningSince?: number;
}) {
  const { units, states } = options;
  const listeningSince = options.listeningSince ?? Date.now();

  /** Last message of one of the worker's cameras, as known to this process. */
  function seenAt(worker: string, loads: readonly Load[], now: Date): number | null {
    const times = loads.flatMap(({ camera }) => {
      const health = camera === null ? null : states.health(camera);
      return health?.worker === worker ? [Date.parse(health.at)] : [];
    });
    // Its clock may be ahead.
    return times.length > 0 ? Math.min(Math.max(...times), now.getTime()) : null;
  }

  /**
   * Whether it can be considered running: the broker's status may be stale where the cameras are
   * silent.
   */
  function isThere(worker: string, seen: number | null, now: Date): boolean {
    const online = states.workers().some((one) => one.worker === worker && one.online);
    return online && (seen === null || now.getTime() - seen < LOST_AFTER_MS);
  }

  async function end(unit: Unit, worker: string, now: Date): Promise<boolean> {
    const { tx, caller } = unit;
    await inTurnOf(tx, caller.tenant, worker);
    const loads = await loadedBy(tx, worker);
    const seen = seenAt(worker, loads, now);
    if (loads.length === 0 || isThere(worker, seen, now)) return false;
    const kept = await lastKeptWord(tx, worker);
    const at = new Date(Math.max(kept.getTime(), seen ?? 0));
    if (now.getTime() - at.getTime() < LOST_AFTER_MS) return false;
    const changes = loads.map((one) => ({ ...one, kind: 'lost' }));
    await write(unit, worker, at, changes);
    return true;
  }

  async function goOn(unit: Unit, worker: string, now: Date): Promise<boolean> {
    const { tx, caller } = unit;
    await inTurnOf(tx, caller.tenant, worker);
    const status = states.workers().find((one) => one.worker === worker);
    const ended = await lostBy(tx, worker);
    const [first] = ended;
    const seen = seenAt(worker, ended, now);
    if (!first || !status || !isThere(worker, seen, now)) return false;
    if (now.getTime() - Date.parse(status.at) < SETTLED_AFTER_MS) return false;
    const said = await tx.modelAnnouncement.findFirst({
      // The id contains the time of its row.
      where: { source: sourceOf(worker), receivedAt: { gt: new Date(decodeTime(first.id)) } },
      select: { eventId: true },
    });
    if (said) return false;
    const changes = ended.map(({ modelVersionId, camera }) => ({
      modelVersionId,
      camera,
      kind: 'loaded',
    }));
    await write(unit, worker, first.at, changes);
    return true;
  }

  async function write(
    unit: Unit,
    worker: string,
    at: Date,
    changes: readonly (Load & { kind: string })[],
  ): Promise<void> {
    const { tx, caller } = unit;
    await tx.modelLog.createMany({
      data: changes.map((one) => ({
        tenantId: caller.tenant,
        id: ulid(),
        worker,
        at,
        ...one,
      })),
    });
    await noteChanges(unit, worker, at, changes);
  }

  return {
    /** @returns the workers whose intervals were ended, and those whose intervals continue. */
    async look(tenant: string, now = new Date()): Promise<{ lost: string[]; back: string[] }> {
      const found: { lost: string[]; back: string[] } = { lost: [], back: [] };
      if (now.getTime() - listeningSince < LISTEN_FIRST_MS) return found;
      const caller = systemCaller(tenant);
      const all = await units.run(caller, ({ tx }) => workersIn(tx));
      for (const worker of all) {
        if (await units.run(caller, (unit) => end(unit, worker, now))) found.lost.push(worker);
        else if (await units.run(caller, (unit) => goOn(unit, worker, now))) {
          found.back.push(worker);
        }
      }
      return found;
    },
  };
}

const sourceOf = (worker: string) => `/vision/${worker}`;

async function workersIn(tx: Transaction): Promise<string[]> {
  const rows = await tx.modelLog.findMany({
    distinct: ['worker'],
    select: { worker: true },
    orderBy: { worker: 'asc' },
  });
  return rows.map(({ worker }) => worker);
}

/** The newest database entry of a worker: announcement, violation, or log row. */
async function lastKeptWord(tx: Transaction, worker: string): Promise<Date> {
  const source = sourceOf(worker);
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    WITH log AS (SELECT max(at) AS at FROM model_log WHERE worker = ${worker})
    SELECT greatest(log.at,
      (SELECT max(received_at) FROM model_announcement WHERE source = ${source}),
      (SELECT max(confirmed_at) FROM violation WHERE source = ${source}
        -- Nothing takes an hour to be confirmed; times of beginning have an index.
        AND started_at >= log.at - interval '1 hour')) AS at
    FROM log`;
  if (!row) throw new Error(`the log of the worker ${worker} is empty`);
  return row.at;
}

/** The intervals of a worker that ended by timeout without a later announcement. */
async function lostBy(
  tx: Transaction,
  worker: string,
): Promise<(Load & { id: string; at: Date })[]> {
  const rows = await tx.$queryRaw<(Load & { id: string; at: Date; kind: string })[]>`
    SELECT DISTINCT ON (model_version_id, camera)
      model_version_id AS "modelVersionId", camera, kind, id, at
    FROM model_log WHERE worker = ${worker}
    ORDER BY model_version_id, camera, seq DESC`;
  const lost = rows.filter(({ kind }) => kind === 'lost');
  // All intervals of one loss have the same end; older ones were followed by an announcement.
  const newest = Math.max(...lost.map(({ at }) => at.getTime()));
  return lost.filter(({ at }) => at.getTime() === newest);
}
