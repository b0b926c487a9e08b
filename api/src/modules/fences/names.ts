import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { blankNotices } from '../../platform/notices/blank.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import type { CardStretch } from '../gates/rebinding.ts';
import { forgetDecisions } from '../match/forget.ts';
import { lockTracks } from './tracks.ts';

const withdrawn: Bilingual = {
  zh: '其同意已撤回，内容已删除。',
  en: 'The consent was taken back; what it said was removed.',
};
const corrected: Bilingual = {
  zh: '工牌当时由他人佩戴，内容已删除。',
  en: 'Another person wore the badge; what it said was removed.',
};

/**
 * Takes the person out of what happened at fences: that there was something stays with its area and times, without name,
 * badge and reasons. What is known of the badge goes.
 *
 * @returns how many.
 */
export async function takeOut(tx: Transaction, person: string): Promise<number> {
  await lockTracks(tx, Prisma.sql`t.person_id = ${person}`);
  await tx.fenceTrack.deleteMany({ where: { personId: person } });
  await tx.fenceEventTakenOut.deleteMany({ where: { personId: person } });
  return removeNames(tx, { personId: person }, 'consent', withdrawn);
}

/**
 * A badge was worn by another person than was known: events in the name of a person who did not wear it then lose the name.
 * Whether the right wearer had a right is not decided later. What is taken out is kept aside: where the first person wore the
 * badge after all, it comes back, without the decision of the matcher and the text of notices.
 */
export async function correctNames({ tx }: Unit, badge: string): Promise<number> {
  await lockTracks(tx, Prisma.sql`t.badge = ${badge}`);
  await tx.fenceTrack.deleteMany({ where: { badge } });
  const wrong = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT e.id FROM fence_event e WHERE e.badge = ${badge} AND e.person_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM badge b WHERE b.badge = e.badge AND b.person_id = e.person_id
        AND b.since <= e.begun_at AND (b.until IS NULL OR b.until > e.begun_at))`);
  const ids = wrong.map(({ id }) => id);
  await tx.$executeRaw`
    INSERT INTO fence_event_taken_out (tenant_id, event_id, badge, person_id, reasons, note)
    SELECT tenant_id, id, badge, person_id, reasons, note FROM fence_event WHERE id = ANY (${ids}::text[])
    ON CONFLICT DO NOTHING`;
  const removed = await removeNames(tx, { id: { in: ids } }, 'handed-over', corrected);
  return removed + (await bringBack(tx, badge));
}

/** Names that were taken out of events of a badge come back, of who wore it by the present bindings and agrees to be followed. */
async function bringBack(tx: Transaction, badge: string): Promise<number> {
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    UPDATE fence_event e SET person_id = k.person_id, badge = k.badge, reasons = k.reasons,
      note = coalesce(e.note, k.note),
      removed_at = NULL, version = e.version + 1
    FROM fence_event_taken_out k
    WHERE k.badge = ${badge} AND e.id = k.event_id AND e.person_id IS NULL
      AND ${inForceSince(Prisma.sql`k.person_id`, BADGE_TRACKING)} IS NOT NULL
      AND EXISTS (SELECT 1 FROM badge b WHERE b.badge = k.badge AND b.person_id = k.person_id
        AND b.since <= e.begun_at AND (b.until IS NULL OR b.until > e.begun_at))
    RETURNING e.id`);
  await tx.fenceEventTakenOut.deleteMany({ where: { eventId: { in: rows.map(({ id }) => id) } } });
  return rows.length;
}

/** How many events at fences lost the name of a person by a badge, and have it again once that person wore it. */
export async function countTakenOut(
  tx: Transaction,
  { badge, person, from, to }: CardStretch,
): Promise<number> {
  const begunAt = { gte: from, ...(to ? { lt: to } : {}) };
  return tx.fenceEventTakenOut.count({ where: { badge, personId: person, event: { begunAt } } });
}

/** How many events at fences have the name of a person by a badge: they lose it. */
export const countFenceEvents = (
  tx: Transaction,
  { badge, person, from, to }: CardStretch,
): Promise<number> =>
  tx.fenceEvent.count({
    where: { badge, personId: person, begunAt: { gte: from, ...(to ? { lt: to } : {}) } },
  });

async function removeNames(
  tx: Transaction,
  where: Prisma.FenceEventWhereInput,
  closedBy: 'consent' | 'handed-over',
  why: Bilingual,
): Promise<number> {
  const rows = await tx.fenceEvent.findMany({
    where,
    select: { id: true, state: true, begunAt: true, untilAt: true, matchId: true },
  });
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  const now = new Date();
  for (const { id, state, begunAt, untilAt } of rows) {
    if (state !== 'open') continue;
    const until = untilAt ?? new Date(Math.max(now.getTime(), begunAt.getTime()));
    await tx.fenceEvent.updateMany({
      where: { id, state: 'open' },
      data: { state: 'ended', closedAt: now, closedBy, untilAt: until },
    });
  }
  await tx.fenceEvent.updateMany({
    where: { id: { in: ids } },
    data: {
      personId: null,
      badge: null,
      removedAt: now,
      reasons: [],
      matchId: null,
      note: null,
      version: { increment: 1 },
    },
  });
  await forgetDecisions(
    tx,
    rows.flatMap(({ matchId }) => matchId ?? []),
  );
  await blankNotices(tx, 'fence-event', ids, why);
  return ids.length;
}
