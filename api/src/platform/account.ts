import type { Actor } from './database.ts';
import type { Permission } from './permissions.ts';

/** A signed-in user, as the database knows them at this moment. */
export interface Account {
  tenant: string;
  id: string;
  username: string;
  displayName: { zh: string; en: string };
  roles: string[];
  permissions: Set<Permission>;
}

export function actorOf(account: Account): Actor {
  return { tenant: account.tenant, user: account.id };
}
