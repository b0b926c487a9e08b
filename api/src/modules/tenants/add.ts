import pino from 'pino';
import { followAccounts } from '../../platform/access/account-events.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { checkPassword, hashPassword } from '../../platform/access/passwords.ts';
import type { Database } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { presets } from '../../platform/features/presets/presets.ts';
import { createFeaturesService } from '../../platform/features/service.ts';
import { createFeatures } from '../../platform/features/state.ts';
import { findByUsername, saveAccount } from '../auth/repository.ts';
import { dictionaryOwners, seedTenantIn } from '../seeds.ts';

export interface NewTenant {
  id: string;
  /** User name of the first administrator. */
  admin: string;
  password: string;
  preset: string | null;
}

/**
 * Sets up a tenant: the seeds of all modules, the industry preset and the first administrator, all
 * or nothing. Its row exists already.
 *
 * @returns false where it already has an administrator: then nothing is changed.
 * @throws Error with the fault of the user name or the password.
 */
export async function addTenant(database: Database, tenant: NewTenant): Promise<boolean> {
  const username = tenant.admin.trim().toLowerCase();
  if (!/^[a-z0-9._-]{1,64}$/.test(username)) {
    throw new Error('the user name must be letters, digits, dots and hyphens');
  }
  checkPassword(tenant.password, username);
  const passwordHash = await hashPassword(tenant.password);
  const preset = presets.find(({ id }) => id === tenant.preset);
  const units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  const log = pino({ level: 'silent' });
  const events = followAccounts(null, log);
  const features = createFeatures({ database, tenant: tenant.id, events, log });
  const service = createFeaturesService({
    database,
    units,
    features,
    owners: dictionaryOwners,
  });
  return units.run(systemCaller(tenant.id), async (unit) => {
    const { tx } = unit;
    await seedTenantIn(tx, tenant.id);
    if (await findByUsername(tx, username)) return false;
    const displayName = { zh: '管理员', en: 'Administrator' };
    const account = { username, displayName, passwordHash, roles: ['admin'], demo: false };
    await saveAccount(tx, tenant.id, account);
    await unit.audit({ action: 'create', entity: 'tenant', id: tenant.id, after: { username } });
    if (preset) await service.applyPreset(unit, preset);
    return true;
  });
}
