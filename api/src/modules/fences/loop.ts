import { systemCaller } from '../../platform/access/caller.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { FEATURE } from './manifest.ts';
import type { TrackKey } from './record.ts';
import { renew } from './renew.ts';
import type { createSettle } from './settle.ts';
import { sweep } from './sweep.ts';

/** How often due tracks are looked for, ms: a notice follows the dwell within a second. */
const EVERY_MS = 500;
/** What is over is looked for so often, ms. */
const SWEEP_MS = 30_000;
const MOST_TRACKS = 50;
/** What could not be decided is put off for so long, so that it keeps none of the others waiting, ms. */
const PUT_OFF_MS = 5_000;

/** Decides what is due, renews changed fences, and drops what says nothing any more. */
export function watchFences(
  platform: Pick<Platform, 'units' | 'database' | 'features' | 'settings' | 'log'> & {
    settle: ReturnType<typeof createSettle>;
  },
): Loop {
  const { units, database, features, settings, log, settle } = platform;
  const { tenant } = settings;
  const caller = systemCaller(tenant);
  let sweptAt = 0;
  let wasOff = false;
  const later = () => new Date(Date.now() + PUT_OFF_MS);

  async function renewOne(id: string): Promise<void> {
    try {
      await units.run(caller, (unit) => renew(unit, tenant, id, new Date()));
    } catch (error) {
      log.error({ err: error, fence: id }, 'a changed fence could not be renewed');
      await database.transaction({ tenant, user: null }, (tx) =>
        tx.areaFence.updateMany({
          where: { id, renewAt: { not: null } },
          data: { renewAt: later() },
        }),
      );
    }
  }

  async function settleOne(key: TrackKey): Promise<void> {
    try {
      await units.run(caller, (unit) => settle(unit, key, new Date()));
    } catch (error) {
      log.error({ err: error, ...key }, 'a badge at a fence could not be decided');
      await database.transaction({ tenant, user: null }, (tx) =>
        tx.fenceTrack.updateMany({ where: key, data: { dueAt: later() } }),
      );
    }
  }

  async function pass(): Promise<boolean> {
    if (!(await features.check(FEATURE))) {
      wasOff = true;
      return false;
    }
    const now = new Date();
    if (wasOff) {
      // What happened meanwhile is not known: who is on the wrong side counts from now on.
      await database.transaction({ tenant, user: null }, (tx) =>
        tx.areaFence.updateMany({ where: { active: true }, data: { renewAt: now } }),
      );
      wasOff = false;
    }
    const { fences, tracks } = await database.transaction({ tenant, user: null }, async (tx) => ({
      fences: await tx.areaFence.findMany({
        where: { renewAt: { lte: now } },
        select: { id: true },
      }),
      tracks: await tx.fenceTrack.findMany({
        where: { dueAt: { lte: now } },
        select: { fenceId: true, badge: true },
        orderBy: [{ dueAt: 'asc' }, { fenceId: 'asc' }, { badge: 'asc' }],
        take: MOST_TRACKS,
      }),
    }));
    for (const { id } of fences) await renewOne(id);
    for (const key of tracks) await settleOne(key);
    if (now.getTime() - sweptAt > SWEEP_MS) {
      sweptAt = now.getTime();
      await units.run(caller, (unit) => sweep(unit, now));
    }
    return tracks.length === MOST_TRACKS;
  }

  return startLoop({ name: 'electronic fences', log, everyMs: EVERY_MS, pass });
}
