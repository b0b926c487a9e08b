import type { Actor } from '../db/database.ts';
import type { Permission, Scope } from './permissions.ts';

/** A signed-in user, as the database knows them at this moment. */
export interface Account {
  tenant: string;
  id: string;
  username: string;
  displayName: { zh: string; en: string };
  roles: string[];
  /** What the roles give, each with the widest scope. */
  permissions: ReadonlyMap<Permission, Scope>;
  /** Whose account it is; null for one of the system's own. */
  person: string | null;
  site: string | null;
  department: string | null;
  /** Their department and all below it. */
  departments: readonly string[];
}

export function actorOf(account: Account): Actor {
  return { tenant: account.tenant, user: account.id };
}
