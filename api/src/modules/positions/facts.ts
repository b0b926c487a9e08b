import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { NAMING } from '../consent/gate.ts';
import { cutHandles } from './handles.ts';

export const facts: ModuleFacts = {
  // The handles themselves say nothing without the bindings, which are shown as badges.
  consentEnded: async (tx, person, purpose) =>
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
