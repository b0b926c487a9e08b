import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { WorkflowTransition } from '../../platform/workflow/definition.ts';
import type { HazardRow } from './rows.ts';

export interface AssignableRow {
  id: string;
  displayName: { zh: string; en: string };
  department: string;
}

/**
 * The people whom a step of a hazard can name: those who may rectify. A reviewer sends it anywhere;
 * a department hands it on to its own. Whoever has no step that names someone is told of nobody.
 *
 * @param transitions what the account could do now.
 */
export async function findAssignable(
  tx: Transaction,
  account: Account,
  row: HazardRow,
  transitions: readonly WorkflowTransition[],
): Promise<AssignableRow[]> {
  const naming = transitions.filter(({ fields }) => fields.some(({ type }) => type === 'user'));
  if (naming.length === 0) return [];
  const reviews = account.permissions.has('hazard:review');
  const department = reviews ? null : row.departmentId;
  if (!reviews && department === null) return [];
  return tx.$queryRaw<AssignableRow[]>`
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
        WHERE h.tenant_id = u.tenant_id AND h.user_id = u.id AND what LIKE 'hazard:rectify@%'
      )
    ORDER BY p.department_id, u.username
    LIMIT 500`;
}
