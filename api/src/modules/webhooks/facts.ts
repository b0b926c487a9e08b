import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      // Before the events: an event is kept as long as its deliveries.
      policy: 'webhook-deliveries',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM webhook_delivery
          WHERE created_at < ${cutoff} AND state <> 'pending' LIMIT ${most}))
        RETURNING id, created_at AS at`,
    },
  ],
};
