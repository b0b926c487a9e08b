import type { ModuleFacts, Removed } from '../../platform/facts.ts';

const MOST_EXPORTED = 10_000;

/** A person gets what points answered, with all reasons, and when they operated what. */
export const facts: ModuleFacts = {
  ownData: {
    show: async (tx, { person }) => ({
      counts: { gateDecisions: await tx.gateDecision.count({ where: { personId: person } }) },
    }),
    export: async (tx, { person }) => ({
      gateDecisions: await tx.gateDecision.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          kind: true,
          target: true,
          card: true,
          decidedAt: true,
          decision: true,
          reasons: true,
        },
      }),
      gateOverrides: await tx.gateOverride.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: { id: true, kind: true, target: true, reason: true, fromAt: true, untilAt: true },
      }),
      operated: await tx.gateSession.findMany({
        where: { personId: person },
        orderBy: { id: 'desc' },
        take: MOST_EXPORTED,
        select: { machine: true, from: true, until: true },
      }),
    }),
  },
  purgers: [
    {
      policy: 'gate-decisions',
      most: 5000,
      // None of the last month is removed, whatever term is set.
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM gate_decision WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM gate_decision
          WHERE decided_at < least(${cutoff}, now() - interval '30 days') LIMIT ${most}))
        RETURNING id, decided_at AS at`,
    },
    {
      policy: 'gate-decisions',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM gate_override WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM gate_override
          WHERE until_at < least(${cutoff}, now() - interval '30 days') LIMIT ${most}))
        RETURNING id, until_at AS at`,
    },
  ],
};
