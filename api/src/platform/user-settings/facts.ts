import type { Transaction } from '../db/database.ts';
import type { DataSubject, ModuleFacts, Removed } from '../facts.ts';

const own = async (tx: Transaction, { user }: DataSubject) => ({
  settings: await tx.userSetting.findMany({
    where: { userId: user },
    select: { key: true, value: true, updatedAt: true },
    orderBy: { key: 'asc' },
  }),
});

export const facts: ModuleFacts = {
  ownData: {
    show: async (tx, subject) => ({
      counts: { settings: (await own(tx, subject)).settings.length },
    }),
    export: own,
  },
  purgers: [
    {
      // From the day of leaving.
      policy: 'user-settings',
      most: 1000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        WITH gone AS (
          SELECT u.id, p.left_on FROM app_user u JOIN person p ON p.id = u.person_id
          WHERE p.status = 'left' AND p.left_on < ${cutoff}
            AND EXISTS (SELECT 1 FROM user_setting s WHERE s.user_id = u.id)
          LIMIT ${most}
        ), settings AS (DELETE FROM user_setting s USING gone WHERE s.user_id = gone.id)
        SELECT id, left_on::timestamptz AS at FROM gone`,
    },
  ],
  async erase({ tx }, { id }) {
    const users = await tx.appUser.findMany({ where: { personId: id }, select: { id: true } });
    const { count } = await tx.userSetting.deleteMany({
      where: { userId: { in: users.map((user) => user.id) } },
    });
    return count > 0 ? [{ policy: 'user-settings', count }] : [];
  },
};
