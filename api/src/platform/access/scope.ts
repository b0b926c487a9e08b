import { Problem } from '../http/errors.ts';
import type { Account } from './account.ts';
import type { Permission } from './permissions.ts';

/** The rows that an account may access by a permission. */
export type Reach =
  | { scope: 'all' }
  | { scope: 'site'; site: string }
  | { scope: 'department'; departments: readonly string[] }
  | { scope: 'own'; user: string; person: string | null };

/** The location of a record; null where unknown, which is outside of every narrower scope. */
export interface Belonging {
  site?: string | null;
  department?: string | null;
  /** Owners: users who created it or are assigned to it. */
  users?: readonly (string | null)[];
  /** The person whom it concerns. */
  person?: string | null;
}

/**
 * The reach of an account's permission. A scope that cannot be resolved, such as the department of
 * an account without one, is restricted to own rows.
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
 * Whether a record is within the reach. Queries use the same rule in SQL; this is for a record
 * already read. Own records are within every reach.
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
