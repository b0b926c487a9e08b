import type { ModuleFacts, Removed } from '../facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      // A repeated notice is as new as its last event; pending deliveries stay.
      policy: 'notices',
      most: 2000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM notice WHERE ctid = ANY (ARRAY(
          SELECT n.ctid FROM notice n
          WHERE n.created_at < ${cutoff} AND n.last_at < ${cutoff} AND NOT EXISTS (
            SELECT 1 FROM notice_delivery d
            WHERE d.tenant_id = n.tenant_id AND d.notice_id = n.id
              AND d.state IN ('waiting', 'held', 'sending'))
          ORDER BY n.created_at LIMIT ${most}))
        RETURNING id, last_at AS at`,
    },
    {
      // From the day of leaving: contact addresses and devices.
      policy: 'notice-settings',
      most: 1000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        WITH gone AS (
          SELECT u.id, p.left_on FROM app_user u JOIN person p ON p.id = u.person_id
          WHERE p.status = 'left' AND p.left_on < ${cutoff} AND (
            EXISTS (SELECT 1 FROM notice_profile f WHERE f.user_id = u.id)
            OR EXISTS (SELECT 1 FROM push_subscription s WHERE s.user_id = u.id)
            OR EXISTS (SELECT 1 FROM notice_preference c WHERE c.user_id = u.id))
          LIMIT ${most}
        ), profiles AS (
          DELETE FROM notice_profile f USING gone WHERE f.user_id = gone.id
        ), devices AS (
          DELETE FROM push_subscription s USING gone WHERE s.user_id = gone.id
        ), choices AS (
          DELETE FROM notice_preference c USING gone WHERE c.user_id = gone.id
        )
        SELECT id, left_on::timestamptz AS at FROM gone`,
    },
  ],
};
