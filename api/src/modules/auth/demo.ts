import { hashPassword, passwordMatches } from '../../platform/auth.ts';
import type { Database } from '../../platform/database.ts';
import { ensureRoles, findByUsername, saveAccount } from './repository.ts';

const demoAccounts = [
  { username: 'operator', displayName: { zh: '李值班', en: 'Li Zhiban' }, roles: ['operator'] },
  {
    username: 'safety',
    displayName: { zh: '王安全', en: 'Wang Anquan' },
    roles: ['safety-officer'],
  },
  { username: 'admin', displayName: { zh: '系统管理员', en: 'Administrator' }, roles: ['admin'] },
];

/** Adds the roles that every tenant starts with. */
export function seedTenant(database: Database, tenant: string): Promise<void> {
  return database.transaction({ tenant, user: null }, (tx) => ensureRoles(tx, tenant));
}

/** Makes the demo accounts, or gives them the password of this run. */
export async function seedDemo(
  database: Database,
  tenant: string,
  password: string,
): Promise<void> {
  for (const account of demoAccounts) {
    const known = await database.transaction({ tenant, user: null }, (tx) =>
      findByUsername(tx, account.username),
    );
    // An account of the same name that people made is theirs.
    if (known && !known.demo) continue;
    if (known && (await passwordMatches(known.passwordHash, password))) continue;
    const passwordHash = await hashPassword(password);
    await database.transaction({ tenant, user: null }, (tx) =>
      saveAccount(tx, tenant, { ...account, passwordHash, demo: true }),
    );
  }
}
