import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { lastHeard } from '../locations/of-badge.ts';
import { KNOWN_MS } from './presence.ts';
import { close } from './record.ts';
import { ROLL_MS } from './track.ts';
import { lockTracks } from './tracks.ts';

/** Badges that were not heard for so long are gone, hours. */
const GONE_HOURS = 12;
const HOUR_MS = 3_600_000;

/** Ends events of badges that are gone, and drops tracks that say nothing. */
export async function sweep(unit: Unit, now: Date): Promise<void> {
  const { tx } = unit;
  const gone = now.getTime() - GONE_HOURS * HOUR_MS;
  const open = await tx.fenceEvent.findMany({ where: { state: 'open' }, orderBy: { id: 'asc' } });
  const heard = await lastHeard(
    tx,
    open.flatMap(({ badge }) => badge ?? []),
  );
  for (const event of open) {
    const { fenceId, badge, begunAt } = event;
    const tag = badge === null ? undefined : heard.get(badge);
    if (tag && !tag.isOut && tag.heardAt.getTime() > gone) continue;
    if (badge !== null) {
      await lockTracks(tx, Prisma.sql`t.fence_id = ${fenceId} AND t.badge = ${badge}`);
    }
    await close(unit, event, 'gone', now, tag?.heardAt ?? begunAt);
    if (badge !== null) await tx.fenceTrack.deleteMany({ where: { fenceId, badge } });
  }
  const old = new Date(now.getTime() - KNOWN_MS - 2 * ROLL_MS);
  // Of a fence that watches who leaves, a track says that the badge came.
  await lockTracks(tx, Prisma.sql`t.updated_at < ${old}`);
  await sqlIn(tx)(Prisma.sql`
    DELETE FROM fence_track t USING area_fence f
    WHERE f.tenant_id = t.tenant_id AND f.id = t.fence_id AND t.updated_at < ${old}
      AND NOT EXISTS (SELECT 1 FROM fence_event e
        WHERE e.fence_id = t.fence_id AND e.badge = t.badge AND e.state = 'open')
      AND ((f.kind = 'entry' AND t.state #> '{track,now,spell}' = 'null'::jsonb) OR t.updated_at < ${new Date(gone)})`);
}
