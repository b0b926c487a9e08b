import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { blankNotices } from '../../platform/notices/blank.ts';
import { BADGE_TRACKING } from '../consent/gate.ts';

const MOST_EXPORTED = 10_000;

/**
 * Takes the person out of what happened at fences: that there was something stays with its area and times, without name,
 * badge and reasons. What is known of the badge goes.
 *
 * @returns how many.
 */
async function takeOut(tx: Transaction, person: string): Promise<number> {
  await tx.fenceTrack.deleteMany({ where: { personId: person } });
  const rows = await tx.fenceEvent.findMany({
    where: { personId: person },
    select: { id: true, state: true, begunAt: true, untilAt: true },
  });
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  const now = new Date();
  await tx.fenceEvent.updateMany({
    where: { id: { in: ids }, state: 'open' },
    data: { state: 'ended', closedAt: now, closedBy: 'consent' },
  });
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
  await blankNotices(tx, 'fence-event', ids, {
    zh: '其同意已撤回，内容已删除。',
    en: 'The consent was taken back; what it said was removed.',
  });
  return ids.length;
}

export const facts: ModuleFacts = {
  about: {
    async area(tx, id, account) {
      if (!account.permissions.has('fence:read')) return {};
      return {
        counts: { fences: await tx.areaFence.count({ where: { areaId: id, active: true } }) },
      };
    },
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: { fenceEvents: await tx.fenceEvent.count({ where: { personId: person } }) },
    }),
    export: async (tx, { person }) => ({
      fenceEvents: await tx.fenceEvent.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          areaId: true,
          kind: true,
          begunAt: true,
          untilAt: true,
          state: true,
          certainty: true,
          reasons: true,
          acknowledgedAt: true,
          note: true,
        },
      }),
    }),
  },
  erase: async ({ tx }, { id }) => [{ policy: 'fence-events', count: await takeOut(tx, id) }],
  consentEnded: async (tx, person, purpose) =>
    purpose === BADGE_TRACKING ? takeOut(tx, person) : 0,
  purgers: [
    {
      policy: 'fence-events',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM fence_event WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM fence_event WHERE begun_at < ${cutoff} AND state <> 'open' LIMIT ${most}))
        RETURNING id, begun_at AS at`,
    },
    {
      policy: 'fence-events',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM fence_track WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM fence_track WHERE updated_at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', 'track', fence_id, badge) AS id, updated_at AS at`,
    },
  ],
};
