import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { on } from '../../platform/db/move-owner.ts';
import { walkRights } from '../../platform/db/rights-walk.ts';
import type { Settings } from '../../platform/settings.ts';
import { judgeSecurity, type SecurityFinding } from './security-report.ts';

/** Of accounts, which the module of users knows. */
export interface AccountFacts {
  demoAccounts: number;
  administrators: number;
  administratorsWithoutSecondFactor: number;
}

/**
 * The security report of this process, computed at each call.
 *
 * @throws where the database cannot be reached.
 */
export async function securityReport(options: {
  settings: Settings;
  database: Database;
  accounts: (tx: Transaction) => Promise<AccountFacts>;
}): Promise<SecurityFinding[]> {
  const { settings, database, accounts } = options;
  const { dataDir, keyring } = settings;
  const inDatabase = await database.transaction(
    { tenant: settings.tenant, user: null },
    async (tx) => {
      const [role] = await tx.$queryRaw<{ superuser: boolean; bypassesRowSecurity: boolean }[]>`
        SELECT bool_or(rolsuper) AS superuser, bool_or(rolbypassrls) AS "bypassesRowSecurity"
        FROM pg_roles WHERE rolname = current_user`;
      return { role, accounts: await accounts(tx) };
    },
  );
  const roleName = decodeURIComponent(new URL(settings.databaseUrl).username);
  const rights = await on(settings.databaseUrl, (client) => walkRights(client, roleName));
  return judgeSecurity({
    ...inDatabase.accounts,
    host: settings.http.host,
    tls: settings.tls !== null,
    trustProxy: settings.trustProxy,
    publicUrl: settings.notices.publicUrl,
    databaseUrl: settings.databaseUrl,
    databaseRole: inDatabase.role ?? { superuser: false, bypassesRowSecurity: false },
    databaseRights: rights.length,
    mqttUrl: settings.mqttUrl,
    dataDirMode: statSync(dataDir).mode,
    keysInDataDir: resolve(keyring.file).startsWith(resolve(dataDir) + sep),
    scanner: settings.clamav !== null,
    backup: settings.backup !== null,
    webhookExceptions: settings.webhookAllow.length,
  });
}
