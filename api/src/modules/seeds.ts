import type { Database, Transaction } from '../platform/db/database.ts';
import type { ApplyWords } from '../platform/features/dictionaries.ts';
import type { DictionaryId } from '../platform/features/presets/presets.ts';
import type { Sealed } from '../platform/sealed/sealed.ts';
import { moduleManifests } from './open.ts';

/** The exports of a module's `seed.ts`. */
export interface Seeds {
  /** Adds missing default data of a tenant. Runs at each start: existing data are kept. */
  seed?(tx: Transaction, tenant: string): Promise<void>;
  /** Preset writers for the module's own dictionary tables. */
  applyWords?: Partial<Record<DictionaryId, ApplyWords>>;
  /** Adds the people and records of the demonstration. */
  seedDemo?(parts: DemoParts): Promise<void>;
}

export interface DemoParts {
  database: Database;
  sealed: Sealed;
  tenant: string;
  /** Password of the demonstration's accounts. */
  password: string;
}

/** The seeds of the modules that have some, in list order. */
async function readSeeds(): Promise<Seeds[]> {
  const found: Seeds[] = [];
  for (const { name, seeds } of moduleManifests) {
    if (seeds) found.push((await import(`./${name}/seed.ts`)) as Seeds);
  }
  return found;
}

/**
 * Seeds a tenant: roles, dictionaries, consent notices, the data register and other modules'
 * defaults.
 */
export async function seedTenantIn(tx: Transaction, tenant: string): Promise<void> {
  for (const { seed } of await readSeeds()) await seed?.(tx, tenant);
}

/** Nobody waits for its locks yet, and a busy machine takes many seconds for its statements. */
const SEED_MS = 120_000;

/** {@link seedTenantIn} in its own transaction. */
export const seedTenant = (database: Database, tenant: string): Promise<void> =>
  database.transaction({ tenant, user: null }, (tx) => seedTenantIn(tx, tenant), {
    longestMs: SEED_MS,
  });

/** Adds the demonstration to a seeded tenant. */
export async function seedDemo(parts: DemoParts): Promise<void> {
  for (const { seedDemo: add } of await readSeeds()) await add?.(parts);
}

/** Dictionaries in modules' own tables. */
export async function dictionaryOwners(): Promise<Partial<Record<DictionaryId, ApplyWords>>> {
  return Object.assign({}, ...(await readSeeds()).map(({ applyWords }) => applyWords ?? {}));
}
