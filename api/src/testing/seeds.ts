import { seedDemo, seedTenant } from '../modules/seeds.ts';
import type { Database } from '../platform/db/database.ts';
import { openKeyring } from '../platform/sealed/keyring.ts';
import { createSealed } from '../platform/sealed/sealed.ts';

/** Options of the seed. */
export interface Seeding {
  tenant: string;
  keyring: { file: string; make: boolean };
  demo: { password: string } | null;
}

/** Seeds a tenant as the API does at its start; existing rows stay. */
export async function seedAsAtStart(
  database: Database,
  { tenant, keyring, demo }: Seeding,
): Promise<void> {
  await seedTenant(database, tenant);
  if (!demo) return;
  const sealed = createSealed(openKeyring(keyring.file, keyring));
  await seedDemo({ database, sealed, tenant, password: demo.password });
}
