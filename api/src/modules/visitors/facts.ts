import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { forgetVisitors } from '../people/visitor-files.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;
/** Removes the identifying data of a visitor, and the inductions. */
async function forget(tx: Transaction, people: readonly string[]): Promise<void> {
  await tx.inductionDone.deleteMany({ where: { personId: { in: [...people] } } });
  await forgetVisitors(tx, people);
}

export const facts: ModuleFacts = {
  timeline,
  merge: {
    async conflicts(tx, { from, into }) {
      const onSite = await tx.visit.count({
        where: { personId: { in: [from, into] }, state: 'arrived' },
      });
      if (onSite < 2) return [];
      return [
        {
          code: 'visits',
          blocks: true,
          text: {
            zh: '两份档案都有访客在场：请先登记其中一次离场',
            en: 'Both are on site as visitors: enter the leaving of one of them first',
          },
        },
      ];
    },
  },
  about: {
    person: async (tx, id) => ({
      counts: { visits: await tx.visit.count({ where: { personId: id } }) },
    }),
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: {
        visits: await tx.visit.count({ where: { OR: [{ personId: person }, { hostId: person }] } }),
      },
    }),
    export: async (tx, { person }) => ({
      visits: await tx.visit.findMany({
        where: { OR: [{ personId: person }, { hostId: person }] },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          company: true,
          purpose: true,
          fromAt: true,
          toAt: true,
          state: true,
          arrivedAt: true,
          leftAt: true,
        },
      }),
      inductions: await tx.inductionDone.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: { version: true, at: true, validUntil: true, signedName: true },
      }),
    }),
  },
  /** Of a visitor who left. */
  async erase({ tx }, { id, status }) {
    const person = await tx.person.findFirst({ where: { id }, select: { kind: true } });
    if (status !== 'left' || person?.kind !== 'visitor') return [];
    const { count } = await tx.visit.deleteMany({
      where: { personId: id, state: { notIn: ['announced', 'arrived'] } },
    });
    await forget(tx, [id]);
    return [{ policy: 'visits', count }];
  },
  purgers: [
    {
      policy: 'visits',
      most: 1000,
      async remove(tx, cutoff, most) {
        const gone = await tx.$queryRaw<Removed[]>`
          DELETE FROM visit WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM visit WHERE coalesce(left_at, to_at) < ${cutoff}
              AND state NOT IN ('announced', 'arrived') LIMIT ${most}))
          RETURNING id, coalesce(left_at, to_at) AS at`;
        // A visitor of whom no visit is left.
        const people = await tx.$queryRaw<Removed[]>`
          SELECT p.id, p.updated_at AS at FROM person p
          WHERE p.kind = 'visitor' AND p.status = 'left' AND p.source_system = 'visit'
            AND p.left_on < ${cutoff} AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.person_id = p.id)
          LIMIT ${most}`;
        await forget(
          tx,
          people.map(({ id }) => id),
        );
        return [...gone, ...people];
      },
    },
    {
      policy: 'watch-list',
      most: 1000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM watch_entry WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM watch_entry
          WHERE least(ended_at, valid_until::timestamptz) < ${cutoff} LIMIT ${most}))
        RETURNING id, least(ended_at, valid_until::timestamptz) AS at`,
    },
  ],
};
