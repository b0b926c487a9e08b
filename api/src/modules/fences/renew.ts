import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { badgesSeenIn } from '../locations/of-badge.ts';
import { noteOutline, takeOutlines } from './outlines.ts';
import { isNothing } from './presence.ts';
import { readFences, readHistory, watchedBy } from './readings.ts';
import { close } from './record.ts';
import { newState } from './state.ts';
import { advance, newTrack, ROLL_MS } from './track.ts';
import { type TrackWrite, writeTracks } from './tracks.ts';

/** Positions farther away than this from the area say nothing of it, metres. */
const NEAR_METRES = 10;

/**
 * A fence that was made, switched on or off, or whose area has another outline: events of before end, and who is on the
 * wrong side counts from that change on.
 */
export async function renew(unit: Unit, tenant: string, id: string, now: Date): Promise<void> {
  const { tx } = unit;
  // NO KEY UPDATE: fixes insert tracks, which reference this row, meanwhile.
  const [changed] = await sqlIn(tx)<{ at: Date }>(Prisma.sql`
    SELECT renew_at AS at FROM area_fence WHERE id = ${id} AND renew_at <= ${now}
    FOR NO KEY UPDATE SKIP LOCKED`);
  if (!changed) return;
  await takeOutlines(tx, tenant);
  await noteOutline(tx, id);
  const [fence] = await readFences(tx, id);
  const since = new Date(now.getTime() - 2 * ROLL_MS);
  const badges = fence
    ? await badgesSeenIn(tx, fence.floorPlan, { ...fence.box, margin: NEAR_METRES }, since)
    : [];
  // Before the tracks, as a withdrawal does: what it took out of the history is not read.
  await holdWearers(tx, badges);
  await tx.fenceTrack.deleteMany({ where: { fenceId: id } });
  const open = await tx.fenceEvent.findMany({ where: { fenceId: id, state: 'open' } });
  for (const event of open) await close(unit, event, 'inactive', now);
  if (!fence) return;
  const watched = watchedBy(fence);
  const bound = await tx.badge.findMany({ where: { badge: { in: badges }, until: null } });
  const worn = new Map(bound.map((one) => [one.badge, one]));
  const tracks: TrackWrite[] = [];
  for (const badge of badges) {
    const { personId: person, since: from } = worn.get(badge) ?? { personId: null, since: null };
    if (fence.kind === 'stay' && person === null) continue;
    const after = new Date(Math.max(since.getTime(), (from?.getTime() ?? 1) - 1));
    const history = await readHistory(tx, badge, fence.floorPlan, after);
    const track = advance(newTrack(watched), history, watched);
    if (isNothing(track.now, watched.side)) continue;
    const dueAt = now.getTime();
    const state = newState(track, changed.at.getTime(), dueAt);
    tracks.push({ fence: id, badge, person, state, rights: [], dueAt });
  }
  await writeTracks(tx, tenant, tracks);
}

const holdWearers = (tx: Transaction, badges: readonly string[]) =>
  sqlIn(tx)(Prisma.sql`
    SELECT 1 FROM person p WHERE p.id IN (
      SELECT b.person_id FROM badge b WHERE b.badge = ANY (${[...badges]}::text[]) AND b.until IS NULL)
    ORDER BY p.id FOR SHARE`);
