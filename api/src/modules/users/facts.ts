import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  about: {
    async person(tx, id) {
      const [account] = await tx.$queryRaw<
        { username: string; active: boolean; roles: string[] }[]
      >`
        SELECT u.username, u.active, coalesce((SELECT array_agg(r.role_id::text ORDER BY r.role_id)
          FROM user_role r WHERE r.user_id = u.id), '{}') AS roles
        FROM app_user u WHERE u.person_id = ${id} ORDER BY u.active DESC LIMIT 1`;
      return { account: account ?? null };
    },
  },
  purgers: [
    {
      policy: 'account-requests',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM account_request WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM account_request
          WHERE decided_at < ${cutoff} AND state <> 'open' LIMIT ${most}))
        RETURNING id, decided_at AS at`,
    },
  ],
};
