import { seedDemo, seedTenant } from '../modules/auth/demo.ts';
import { seedHazards } from '../modules/hazards/dictionaries.ts';
import { seedDemoPeople } from '../modules/people/demo.ts';
import { seedPrivacy } from '../modules/privacy/defaults.ts';
import type { Database } from '../platform/db/database.ts';
import { openKeyring } from '../platform/sealed/keyring.ts';
import { createSealed } from '../platform/sealed/sealed.ts';

/** What a tenant is seeded with. */
export interface Seeding {
  tenant: string;
  keyring: { file: string; make: boolean };
  demo: { password: string } | null;
}

/** Seeds a tenant as the start of the API does; what is there stays. */
export async function seedAsAtStart(
  database: Database,
  { tenant, keyring, demo }: Seeding,
): Promise<void> {
  await seedTenant(database, tenant);
  await seedHazards(database, tenant);
  await seedPrivacy(database, tenant);
  if (!demo) return;
  await seedDemoPeople(database, createSealed(openKeyring(keyring.file, keyring)), tenant);
  await seedDemo(database, tenant, demo.password);
}
