import { countedUse, type ModuleFacts, namedUse, type Removed } from '../../platform/facts.ts';
import { NAMING } from '../consent/gate.ts';
import { cutHandles } from './handles.ts';

export const facts: ModuleFacts = {
  uses: {
    async floorPlan(tx, { plan }) {
      const where = { floorPlan: plan };
      const readers = await tx.readerPlace.findMany({ where, orderBy: { source: 'asc' } });
      const references = await tx.planReference.count({ where });
      return [
        namedUse(
          'reader',
          readers.map(({ source }) => ({ id: source, name: { zh: source, en: source } })),
        ),
        countedUse('reference', references),
      ];
    },
  },
  // The handles themselves say nothing without the bindings, which are shown as badges.
  consentEnded: async ({ tx }, person, purpose) =>
    NAMING.includes(purpose) ? cutHandles(tx, person) : 0,
  erase: async ({ tx }, { id }) => [{ policy: 'badge-handles', count: await cutHandles(tx, id) }],
  purgers: [
    {
      policy: 'badge-handles',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM badge_handle WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM badge_handle WHERE issued_at < ${cutoff} LIMIT ${most}))
        RETURNING handle AS id, issued_at AS at`,
    },
  ],
};
