import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

const MOST_EXPORTED = 10_000;

export const facts: ModuleFacts = {
  chain,
  ownData: {
    export: async (tx, { user }) => ({
      incidentNotes: (
        await tx.incidentNote.findMany({
          where: { byUser: user },
          orderBy: { id: 'desc' },
          take: MOST_EXPORTED,
          select: { at: true, text: true, correctedAt: true },
        })
      ).map(({ at, text, correctedAt }) => ({
        at: at.toISOString(),
        text,
        correctedAt: correctedAt?.toISOString() ?? null,
      })),
    }),
  },
};
