import type { Transaction } from '../db/database.ts';
import type { Scope } from '../manifest.ts';
import type { Account } from './account.ts';
import { mergeGrants, type Permission } from './permissions.ts';
import { type Belonging, isWithin, reachOf } from './scope.ts';

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

/** Where a record lies, for the reach of its readers. */
export interface HeldPlace {
  department: string | null;
  site: string | null;
}

/**
 * The active users in whose reach of the permission the place lies: those who hold it for all, for
 * the site of their department, or for a department that is the place's or above it.
 */
export async function holdersWithin(
  tx: Transaction,
  permission: Permission,
  { department, site }: HeldPlace,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE up AS (
      SELECT id, parent_id, 0 AS above FROM department WHERE id = ${department}
      UNION ALL
      SELECT d.id, d.parent_id, up.above + 1 FROM department d JOIN up ON d.id = up.parent_id
      WHERE up.above < 32
    )
    SELECT DISTINCT u.id FROM app_user u
    JOIN user_role h ON h.user_id = u.id
    JOIN role r ON r.id = h.role_id
    LEFT JOIN person p ON p.id = u.person_id
    LEFT JOIN department d ON d.id = p.department_id
    WHERE u.active AND (p.id IS NULL OR p.status = 'active') AND EXISTS (
      SELECT 1 FROM unnest(r.permissions) AS g
      WHERE g = ${`${permission}@all`}
        OR (g = ${`${permission}@site`} AND d.site = ${site})
        OR (g = ${`${permission}@department`} AND p.department_id IN (SELECT id FROM up)))
    ORDER BY u.id`;
  return rows.map(({ id }) => id);
}

/** The active accounts of a person. */
export async function accountsOf(tx: Transaction, person: string): Promise<string[]> {
  const rows = await tx.appUser.findMany({
    where: { personId: person, active: true },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id }) => id);
}

/** The active accounts that hold a role, of people who have not left. */
export async function accountsWithRole(tx: Transaction, role: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT u.id FROM app_user u
    JOIN user_role h ON h.user_id = u.id
    LEFT JOIN person p ON p.id = u.person_id
    WHERE u.active AND (p.id IS NULL OR p.status = 'active') AND h.role_id = ${role}
    ORDER BY u.id`;
  return rows.map(({ id }) => id);
}

/** A holder of a permission, as far as its reach is concerned. */
export type Holder = Pick<Account, 'id' | 'person' | 'site' | 'departments' | 'permissions'>;

/** The active users with the permission, and what their reach depends on; for several records at once. */
export async function readHolders(tx: Transaction, permission: Permission): Promise<Holder[]> {
  const rows = await tx.$queryRaw<(Omit<Holder, 'permissions'> & { grants: string[] })[]>`
    SELECT u.id, p.id AS person, d.site,
           CASE WHEN d.id IS NULL THEN '{}' ELSE ARRAY(
             WITH RECURSIVE below AS (
               SELECT d.id UNION SELECT c.id FROM department c JOIN below b ON c.parent_id = b.id
             ) SELECT id FROM below ORDER BY id) END AS departments,
           array_agg(DISTINCT g.granted) AS grants
    FROM app_user u
    JOIN user_role h ON h.user_id = u.id
    JOIN role r ON r.id = h.role_id
    JOIN LATERAL unnest(r.permissions) AS g (granted) ON g.granted LIKE ${`${permission}@%`}
    LEFT JOIN person p ON p.id = u.person_id
    LEFT JOIN department d ON d.id = p.department_id
    WHERE u.active AND (p.id IS NULL OR p.status = 'active')
    GROUP BY u.tenant_id, u.id, p.tenant_id, p.id, d.tenant_id, d.id ORDER BY u.id`;
  return rows.map(({ grants, ...row }) => ({ ...row, permissions: mergeGrants(grants) }));
}

/** Those of the holders who reach the record. */
export const within = (
  holders: readonly Holder[],
  permission: Permission,
  record: Belonging,
): string[] =>
  holders
    .filter((one) => {
      // A role may name a scope that the permission does not know any more.
      if (!one.permissions.has(permission)) return false;
      return isWithin(one as Account, reachOf(one as Account, permission), record);
    })
    .map(({ id }) => id);
