import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { blankNotices } from '../../platform/notices/blank.ts';
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
  return removeNames(tx, { personId: person }, 'consent', withdrawn);
}

/**
 * A badge was worn by another person than was known: events in the name of a person who did not wear it then lose the name.
 * Whether the right wearer had a right is not decided later.
 */
export async function correctNames({ tx }: Unit, badge: string): Promise<number> {
  await lockTracks(tx, Prisma.sql`t.badge = ${badge}`);
  await tx.fenceTrack.deleteMany({ where: { badge } });
  const wrong = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT e.id FROM fence_event e WHERE e.badge = ${badge} AND e.person_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM badge b WHERE b.badge = e.badge AND b.person_id = e.person_id
        AND b.since <= e.begun_at AND (b.until IS NULL OR b.until > e.begun_at))`);
  return removeNames(tx, { id: { in: wrong.map(({ id }) => id) } }, 'handed-over', corrected);
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
