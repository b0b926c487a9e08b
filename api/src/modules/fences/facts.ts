import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { BADGE_TRACKING } from '../consent/gate.ts';
import { chain } from './chain.ts';
import { takeOut } from './names.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

/** Events that had the name of a person by a badge of another one, with what a correction keeps of the person. */
async function takenOutOf(tx: Transaction, person: string) {
  const rows = await tx.fenceEventTakenOut.findMany({
    where: { personId: person },
    orderBy: { eventId: 'desc' },
    take: MOST_EXPORTED,
    select: {
      badge: true,
      reasons: true,
      note: true,
      event: { select: { id: true, areaId: true, kind: true, begunAt: true, removedAt: true } },
    },
  });
  return rows.map(({ event: { removedAt, ...event }, ...kept }) => ({
    ...event,
    ...kept,
    nameTakenOutAt: removedAt,
  }));
}

export const facts: ModuleFacts = {
  chain,
  timeline,
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
      counts: {
        fenceEvents: await tx.fenceEvent.count({ where: { personId: person } }),
        fenceEventsTakenOut: await tx.fenceEventTakenOut.count({ where: { personId: person } }),
      },
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
      fenceEventsTakenOut: await takenOutOf(tx, person),
    }),
  },
  erase: async ({ tx }, { id }) => [{ policy: 'fence-events', count: await takeOut(tx, id) }],
  consentEnded: async ({ tx }, person, purpose) =>
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
