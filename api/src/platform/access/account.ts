import type { Actor } from '../db/database.ts';
import type { Permission, Scope } from './permissions.ts';
import type { ScreenSight } from './screens.ts';

/** A signed-in user, as in the database at this moment. */
export interface Account {
  tenant: string;
  id: string;
  username: string;
  displayName: { zh: string; en: string };
  roles: string[];
  /** The permissions of all roles, each with the widest scope. */
  permissions: ReadonlyMap<Permission, Scope>;
  /** The person of the account; null for a system account. */
  person: string | null;
  site: string | null;
  department: string | null;
  /** Their department and all below it. */
  departments: readonly string[];
  /** Of a screen on a wall, which is no person; left out for people. */
  screen?: ScreenSight;
}

export function actorOf(account: Account): Actor {
  return { tenant: account.tenant, user: account.id };
}
