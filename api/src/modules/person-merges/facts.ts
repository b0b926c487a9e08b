import type { ModuleFacts } from '../../platform/facts.ts';

/** That files were joined is kept with the records that moved: it is not erased. */
export const facts: ModuleFacts = {
  ownData: {
    export: async (tx, { person }) => ({
      personMerges: (
        await tx.personMerge.findMany({
          where: { OR: [{ fromPerson: person }, { intoPerson: person }] },
          orderBy: { at: 'asc' },
          select: { id: true, reason: true, at: true, undoneAt: true },
        })
      ).map(({ id, reason, at, undoneAt }) => ({
        id,
        reason,
        at: at.toISOString(),
        undoneAt: undoneAt?.toISOString() ?? null,
      })),
    }),
  },
};
