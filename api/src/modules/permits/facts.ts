import type { ModuleFacts } from '../../platform/facts.ts';

/** A person gets the permits that name them. Who did special work is kept: it is not erased. */
export const facts: ModuleFacts = {
  ownData: {
    export: async (tx, { person }) => ({
      permits: await tx.permit.findMany({
        where: { people: { has: person } },
        select: { id: true, kind: true, title: true, areaId: true, fromAt: true, toAt: true },
        orderBy: { id: 'asc' },
      }),
    }),
  },
};
