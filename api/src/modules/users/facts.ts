import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  merge: {
    async conflicts(tx, { from, into }) {
      const open = await tx.appUser.findMany({
        where: { personId: { in: [from, into] }, active: true },
        select: { personId: true },
      });
      if (open.length > 1) {
        return [
          {
            code: 'accounts',
            blocks: true,
            text: {
              zh: '两份档案都有启用的账号：请先停用其中一个',
              en: 'Both files have an account in use: deactivate one of them first',
            },
          },
        ];
      }
      const people = await tx.person.findMany({ where: { id: { in: [from, into] } } });
      const [one, other] = people;
      const isElsewhere =
        one?.departmentId !== other?.departmentId ||
        one?.post !== other?.post ||
        one?.postId !== other?.postId;
      // Roles count for the department of the person: with another one they would reach further.
      if (open[0]?.personId !== from || !isElsewhere) return [];
      return [
        {
          code: 'account-elsewhere',
          blocks: true,
          text: {
            zh: '账号属于将并入的档案，而两份档案的部门或岗位不同：请先将其调动到同一部门和岗位，其角色随调动重新核定',
            en: 'The account is of the file that is joined, in another department or post: transfer that person to the same ones first, which ends its roles',
          },
        },
      ];
    },
  },
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
