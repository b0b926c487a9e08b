import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { badgesHeardOn, presentBadges } from '../locations/of-badge.ts';
import { FEATURE } from './manifest.ts';
import { KNOWN_MS, nowhere } from './presence.ts';
import { readFences, readHistory, watchedBy } from './readings.ts';
import { close, type createSettle, type TrackKey } from './settle.ts';
import { advance, newTrack, ROLL_MS } from './track.ts';
import { writeTrack } from './watch.ts';

/** How often due tracks are looked for, ms: a notice follows the dwell within a second. */
const EVERY_MS = 500;
/** What is over is looked for so often, ms. */
const SWEEP_MS = 30_000;
const MOST_TRACKS = 50;
/** A track that could not be decided is put off for so long, so that it keeps none of the others waiting, ms. */
const PUT_OFF_MS = 5_000;
/** Badges that were not heard for so long are gone, hours. */
const GONE_HOURS = 12;
const HOUR_MS = 3_600_000;

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

  /** A fence that was made, changed, switched on or off, or whose area moved. */
  async function renew(unit: Unit, id: string, now: Date): Promise<void> {
    const { tx } = unit;
    const held = await sqlIn(tx)(Prisma.sql`
      SELECT 1 FROM area_fence WHERE id = ${id} AND renew_at <= ${now} FOR UPDATE SKIP LOCKED`);
    if (held.length === 0) return;
    await tx.areaFence.updateMany({ where: { id }, data: { renewAt: null } });
    await tx.fenceTrack.deleteMany({ where: { fenceId: id } });
    const [fence] = await readFences(tx, id);
    if (!fence) {
      const open = await tx.fenceEvent.findMany({ where: { fenceId: id, state: 'open' } });
      for (const event of open) await close(unit, event, 'inactive', now);
      return;
    }
    const since = new Date(now.getTime() - 2 * ROLL_MS);
    const badges = await badgesHeardOn(tx, fence.floorPlan, since);
    const worn = new Map(
      (await tx.badge.findMany({ where: { badge: { in: badges }, until: null } })).map(
        (one) => [one.badge, one] as const,
      ),
    );
    const watched = watchedBy(fence);
    for (const badge of badges) {
      const { personId: person, since: bound } = worn.get(badge) ?? { personId: null, since: null };
      if (fence.kind === 'stay' && person === null) continue;
      const after = new Date(Math.max(since.getTime(), (bound?.getTime() ?? 1) - 1));
      const history = await readHistory(tx, badge, fence.floorPlan, after);
      const track = advance(newTrack(watched), history, watched);
      if (!track.now.spell && track.now.evidence === 0 && track.now.ended.length === 0) continue;
      const state = { track, seen: '', renewed: true };
      const dueAt = now.getTime();
      await writeTrack(tx, tenant, { fence: id, badge, person, state, rights: [], dueAt });
    }
    // Events of badges that are not near any more.
    const open = await tx.fenceEvent.findMany({ where: { fenceId: id, state: 'open' } });
    const tracked = await tx.fenceTrack.findMany({
      where: { fenceId: id },
      select: { badge: true },
    });
    const near = new Set(tracked.map(({ badge }) => badge));
    for (const event of open) {
      if (event.badge === null || !near.has(event.badge)) await close(unit, event, 'inactive', now);
    }
  }

  /** Badges that are gone, and tracks that say nothing. */
  async function sweep(unit: Unit, now: Date): Promise<void> {
    const { tx } = unit;
    const open = await tx.fenceEvent.findMany({ where: { state: 'open' } });
    const badges = open.flatMap(({ badge }) => badge ?? []);
    const present = await presentBadges(tx, badges, new Date(now.getTime() - GONE_HOURS * HOUR_MS));
    for (const event of open.filter(({ badge }) => badge === null || !present.has(badge))) {
      await close(unit, event, 'gone', now);
      if (event.badge === null) continue;
      await tx.fenceTrack.deleteMany({ where: { fenceId: event.fenceId, badge: event.badge } });
    }
    const old = new Date(now.getTime() - KNOWN_MS - 2 * ROLL_MS);
    const quiet = nowhere('inside');
    await sqlIn(tx)(Prisma.sql`
      DELETE FROM fence_track k WHERE k.updated_at < ${old} AND NOT EXISTS (SELECT 1 FROM fence_event e
        WHERE e.fence_id = k.fence_id AND e.badge = k.badge AND e.state = 'open')
        AND (k.state #> '{track,now,spell}' = ${JSON.stringify(quiet.spell)}::jsonb
          OR k.updated_at < ${now}::timestamptz - ${GONE_HOURS}::integer * interval '1 hour')`);
  }

  const settleOne = async (key: TrackKey, now: Date): Promise<void> => {
    try {
      await units.run(caller, (unit) => settle(unit, key, now));
    } catch (error) {
      log.error({ err: error, ...key }, 'a badge at a fence could not be decided');
      const dueAt = new Date(now.getTime() + PUT_OFF_MS);
      await database.transaction({ tenant, user: null }, (tx) =>
        tx.fenceTrack.updateMany({ where: key, data: { dueAt } }),
      );
    }
  };

  async function pass(): Promise<boolean> {
    if (!features.isOn(FEATURE)) return false;
    const now = new Date();
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
    for (const { id } of fences) await units.run(caller, (unit) => renew(unit, id, now));
    for (const key of tracks) await settleOne(key, new Date());
    if (now.getTime() - sweptAt > SWEEP_MS) {
      sweptAt = now.getTime();
      await units.run(caller, (unit) => sweep(unit, now));
    }
    return tracks.length === MOST_TRACKS;
  }

  return startLoop({ name: 'electronic fences', log, everyMs: EVERY_MS, pass });
}
