import type { Database, Transaction } from '../platform/db/database.ts';
import type { ApplyWords } from '../platform/features/dictionaries.ts';
import type { DictionaryId } from '../platform/features/presets/presets.ts';
import type { Sealed } from '../platform/sealed/sealed.ts';
import { moduleManifests } from './open.ts';

/** What a module's `seed.ts` exports. */
export interface Seeds {
  /** Adds what every tenant starts with, and lacks. Runs at each start: what is there stays. */
  seed?(tx: Transaction, tenant: string): Promise<void>;
  /** How presets bring words into dictionaries that the module keeps in tables of its own. */
  applyWords?: Partial<Record<DictionaryId, ApplyWords>>;
  /** Adds the people and records of the demonstration. */
  seedDemo?(parts: DemoParts): Promise<void>;
}

export interface DemoParts {
  database: Database;
  sealed: Sealed;
  tenant: string;
  /** Of the accounts of the demonstration. */
  password: string;
}

/** The seeds of the modules that have some, in the order of the list. */
async function readSeeds(): Promise<Seeds[]> {
  const found: Seeds[] = [];
  for (const { name, seeds } of moduleManifests) {
    if (seeds) found.push((await import(`./${name}/seed.ts`)) as Seeds);
  }
  return found;
}

/**
 * Gives a tenant what it starts with: roles, dictionaries, notices of consent, the register of data
 * and whatever further modules seed.
 */
export async function seedTenantIn(tx: Transaction, tenant: string): Promise<void> {
  for (const { seed } of await readSeeds()) await seed?.(tx, tenant);
}

/** {@link seedTenantIn} in a transaction of its own. */
export const seedTenant = (database: Database, tenant: string): Promise<void> =>
  database.transaction({ tenant, user: null }, (tx) => seedTenantIn(tx, tenant));

/** Adds the demonstration. The tenant was seeded before. */
export async function seedDemo(parts: DemoParts): Promise<void> {
  for (const { seedDemo: add } of await readSeeds()) await add?.(parts);
}

/** The dictionaries that modules keep in tables of their own. */
export async function dictionaryOwners(): Promise<Partial<Record<DictionaryId, ApplyWords>>> {
  return Object.assign({}, ...(await readSeeds()).map(({ applyWords }) => applyWords ?? {}));
}
