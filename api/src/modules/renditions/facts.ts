import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  ownData: {
    async show(tx, { user }) {
      return {
        counts: { originalsRevealed: await tx.evidenceReveal.count({ where: { userId: user } }) },
      };
    },
  },
  purgers: [
    {
      policy: 'evidence-reveals',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM evidence_reveal WHERE id IN (
          SELECT id FROM evidence_reveal WHERE until_at < ${cutoff}
          ORDER BY until_at LIMIT ${most}::int)
        RETURNING id, at`,
    },
  ],
};
