import type { ModuleFacts, Removed } from '../facts.ts';

/** The data class of published events. */
export const OUTGOING_EVENTS = 'outgoing-events';

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: OUTGOING_EVENTS,
      // An event is kept as long as its deliveries.
      last: true,
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        SELECT id, at FROM purge_outbox(${cutoff}, ${most}::int)`,
    },
  ],
};
