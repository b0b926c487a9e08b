import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: 'sessions',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM session WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM session WHERE coalesce(ended_at, expires_at) < ${cutoff} LIMIT ${most}))
        RETURNING id, coalesce(ended_at, expires_at) AS at`,
    },
  ],
};
