import type { ModuleFacts, Removed } from '../facts.ts';

/** The class of the events that others were told. */
export const OUTGOING_EVENTS = 'outgoing-events';

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: OUTGOING_EVENTS,
      // An event stays as long as a delivery of it does.
      last: true,
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        SELECT id, at FROM purge_outbox(${cutoff}, ${most}::int)`,
    },
  ],
};
