import type { Transaction } from '../../platform/db/database.ts';
import type { DemoParts } from '../seeds.ts';
import { seedDemoAccounts } from './demo.ts';
import { ensureRoles } from './repository.ts';

/** The seed roles of every tenant. */
export const seed = (tx: Transaction, tenant: string): Promise<void> => ensureRoles(tx, tenant);

export const seedDemo = ({ database, tenant, password }: DemoParts): Promise<void> =>
  seedDemoAccounts(database, tenant, password);
