import type { ModuleFacts } from '../../platform/facts.ts';

/** What was corrected is kept with the records that it moved: it is not erased. */
export const facts: ModuleFacts = {
  ownData: {
    export: async (tx, { person }) => ({
      badgeCorrections: (
        await tx.badgeCorrection.findMany({
          where: { OR: [{ fromPerson: person }, { toPerson: person }] },
          orderBy: { at: 'asc' },
        })
      ).map(({ badge, fromPerson, fromAt, toAt, at, undoneAt }) => ({
        badge,
        // Not who the other one was.
        wronglyYours: fromPerson === person,
        from: fromAt.toISOString(),
        to: toAt?.toISOString() ?? null,
        correctedAt: at.toISOString(),
        undoneAt: undoneAt?.toISOString() ?? null,
      })),
    }),
  },
};
