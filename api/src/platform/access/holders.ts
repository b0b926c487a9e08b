import type { Transaction } from '../db/database.ts';
import type { Scope } from '../manifest.ts';
import type { Permission } from './permissions.ts';

/**
 * The active users whose roles include the permission.
 *
 * @param scope exactly this one. Default any.
 */
export async function holdersOf(
  tx: Transaction,
  permission: Permission,
  scope?: Scope,
): Promise<string[]> {
  const given = scope === undefined ? `${permission}@%` : `${permission}@${scope}`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT u.id FROM app_user u
    JOIN user_role h ON h.user_id = u.id
    JOIN role r ON r.id = h.role_id
    WHERE u.active AND EXISTS (
      SELECT 1 FROM unnest(r.permissions) AS p WHERE p LIKE ${given})
    ORDER BY u.id`;
  return rows.map(({ id }) => id);
}
