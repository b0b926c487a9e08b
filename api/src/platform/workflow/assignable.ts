import type { Permission } from '../access/permissions.ts';
import type { Transaction } from '../db/database.ts';
import type { WorkflowTransition } from './definition.ts';
import type { AssignablePeople } from './record-schema.ts';

/** Candidates for the next step of a record. */
export interface Assignable {
  /** Holders of the permission, with any scope. */
  permission: Permission;
  /** Of this department only; null: of any. */
  department: string | null;
}

/**
 * The people that a step can assign, by department and name, 500 at most. Empty for an account
 * without a step that has a person field.
 *
 * @param transitions the account's possible steps.
 * @param whom null where no user can be assigned.
 */
export async function findAssignable(
  tx: Transaction,
  transitions: readonly WorkflowTransition[],
  whom: Assignable | null,
): Promise<AssignablePeople> {
  const isAsked = transitions.some(({ fields }) => fields.some(({ type }) => type === 'user'));
  if (!isAsked || whom === null) return { items: [] };
  const { permission, department } = whom;
  const items = await tx.$queryRaw<AssignablePeople['items']>`
    SELECT u.id, u.display_name AS "displayName", p.department_id AS department
    FROM app_user u
    JOIN person p ON p.tenant_id = u.tenant_id AND p.id = u.person_id AND p.status = 'active'
    WHERE u.active
      AND (${department}::text IS NULL OR p.department_id = ${department})
      AND EXISTS (
        SELECT 1
        FROM user_role h
        JOIN role r ON r.tenant_id = h.tenant_id AND r.id = h.role_id
        CROSS JOIN unnest(r.permissions) AS given (what)
        WHERE h.tenant_id = u.tenant_id AND h.user_id = u.id
          AND split_part(what, '@', 1) = ${permission}
      )
    ORDER BY p.department_id, u.username
    LIMIT 500`;
  return { items };
}
