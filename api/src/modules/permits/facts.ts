import type { ModuleFacts } from '../../platform/facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { chain } from './chain.ts';

/** A person gets the permits that name them. Who did special work is kept: it is not erased. */
export const facts: ModuleFacts = {
  chain,
  ownData: {
    export: async (tx, { person }) => ({
      permits: await tx.permit.findMany({
        where: { people: { hasSome: await idsOfPerson(tx, person) } },
        select: { id: true, kind: true, title: true, areaId: true, fromAt: true, toAt: true },
        orderBy: { id: 'asc' },
      }),
    }),
  },
};
