import type { ModuleFacts } from '../../platform/facts.ts';

const MOST_EXPORTED = 10_000;

export const facts: ModuleFacts = {
  ownData: {
    // What was looked at by the person, and which links the person gave.
    export: async (tx, { user }) => ({
      incidentLinksGiven: (
        await tx.incidentShare.findMany({
          where: { byUser: user },
          orderBy: { id: 'desc' },
          take: MOST_EXPORTED,
          select: { at: true, reason: true, untilAt: true },
        })
      ).map(({ at, reason, untilAt }) => ({
        at: at.toISOString(),
        reason,
        untilAt: untilAt.toISOString(),
      })),
      incidentLinksSeen: (
        await tx.incidentShareRecipient.findMany({
          where: { userId: user },
          orderBy: { shareId: 'desc' },
          take: MOST_EXPORTED,
          select: { views: true, firstAt: true, lastAt: true },
        })
      ).map(({ views, firstAt, lastAt }) => ({
        views,
        firstAt: firstAt?.toISOString() ?? null,
        lastAt: lastAt?.toISOString() ?? null,
      })),
    }),
  },
};
