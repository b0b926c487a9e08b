import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';

/**
 * Ends the roles of accounts that went back to a file in another department or post than that of the file that remained: as
 * with a transfer, they were given for that other place.
 */
export async function endRolesElsewhere(unit: Unit, { from, into }: PersonPair): Promise<void> {
  const gone = await sqlIn(unit.tx)<{ user: string; roles: string[] }>(Prisma.sql`
    WITH gone AS (
      DELETE FROM user_role h USING role r, app_user u, person f, person i
      WHERE f.id = ${from} AND i.id = ${into} AND u.person_id = f.id AND h.user_id = u.id
        AND r.id = h.role_id AND NOT r.keep_on_transfer
        AND (f.department_id, f.post_id, f.post) IS DISTINCT FROM (i.department_id, i.post_id, i.post)
      RETURNING u.id AS account, h.role_id::text AS role)
    SELECT account AS "user", array_agg(role ORDER BY role) AS roles FROM gone GROUP BY account ORDER BY account`);
  for (const { user, roles } of gone) {
    await unit.audit({
      action: 'revoke',
      entity: 'user',
      id: user,
      person: from,
      before: { roles },
      after: { roles: [], why: 'transferred' },
    });
  }
}
