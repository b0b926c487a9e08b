import { Problem } from '../http/errors.ts';
import type { Account } from './account.ts';
import type { Permission } from './permissions.ts';

/** Which rows an account may reach by a permission. */
export type Reach =
  | { scope: 'all' }
  | { scope: 'site'; site: string }
  | { scope: 'department'; departments: readonly string[] }
  | { scope: 'own'; user: string; person: string | null };

/** Where a record belongs; what is unknown is null and lies outside every narrower scope. */
export interface Belonging {
  site?: string | null;
  department?: string | null;
  /** Users whose own it is: who made it, who has to work on it. */
  users?: readonly (string | null)[];
  /** The person whom it is about. */
  person?: string | null;
}

/**
 * How far a permission of the account reaches. A scope that cannot be told, such as the department
 * of an account that has none, reaches its own rows only.
 *
 * @throws Problem `auth.forbidden` where the account does not have the permission.
 */
export function reachOf(account: Account, permission: Permission): Reach {
  const own = { scope: 'own', user: account.id, person: account.person } as const;
  switch (account.permissions.get(permission)) {
    case undefined:
      throw new Problem('auth.forbidden', `It needs the permission ${permission}.`);
    case 'all':
      return { scope: 'all' };
    case 'site':
      return account.site === null ? own : { scope: 'site', site: account.site };
    case 'department':
      return account.departments.length === 0
        ? own
        : { scope: 'department', departments: account.departments };
    case 'own':
      return own;
  }
}

/**
 * Tells whether a record lies within the reach. Queries say the same in SQL; this is for one record
 * that was read already. What is one's own is within every reach.
 */
export function isWithin(account: Account, reach: Reach, record: Belonging): boolean {
  if (reach.scope === 'all') return true;
  if (record.users?.includes(account.id)) return true;
  if (account.person !== null && record.person === account.person) return true;
  if (reach.scope === 'site') return record.site === reach.site;
  if (reach.scope === 'department') {
    return record.department != null && reach.departments.includes(record.department);
  }
  return false;
}
