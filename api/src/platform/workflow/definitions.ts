import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Permission } from '../access/permissions.ts';
import type { Transaction } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import {
  type WorkflowDefinition,
  type WorkflowDefinitionInput,
  workflowDefinition,
} from './definition.ts';
import { validateWorkflow } from './validate.ts';

export interface StoredDefinition {
  definition: WorkflowDefinition;
  version: number;
  origin: 'seed' | 'tenant';
  basedOn: number | null;
  by: { id: string; displayName: { zh: string; en: string } } | null;
  note: string | null;
  at: Date;
}

export type DefinitionStore = ReturnType<typeof createDefinitionStore>;

/** The versions of all workflows, and the product's definitions. */
export function createDefinitionStore() {
  const seeds = new Map<string, WorkflowDefinition>();
  const readPermissions = new Map<string, Permission>();
  const identifyPermissions = new Map<string, Permission>();
  // Versions are immutable, so they are cached.
  const cache = new LRUCache<string, StoredDefinition>({ max: 500 });

  // A transaction's own writes may be rolled back: only reads in other transactions are cached.
  const written = new WeakMap<Transaction, Set<string>>();
  // The product's versions that equal its current definition.
  const current = new Set<string>();

  // The newest known version of each: a guess, which the caller verifies.
  const lastSeen = new LRUCache<string, number>({ max: 500 });

  /**
   * The number is queried each time, since another process may have added one; the rest is cached.
   */
  async function latest(
    tx: Transaction,
    tenant: string,
    id: string,
  ): Promise<StoredDefinition | null> {
    const row = await tx.workflowDefinition.findFirst({
      where: { id },
      orderBy: { version: 'desc' },
      select: { version: true },
    });
    return row && at(tx, tenant, id, row.version);
  }

  async function at(
    tx: Transaction,
    tenant: string,
    id: string,
    version: number,
  ): Promise<StoredDefinition> {
    const key = keyOf(tenant, id, version);
    const known = cache.get(key);
    if (known) return known;
    const row = await tx.workflowDefinition.findFirst({ where: { id, version } });
    if (!row) throw new Problem('workflow.unknown', `It has no version ${version}.`);
    const found = show(row);
    if (!written.get(tx)?.has(key)) cache.set(key, found);
    return found;
  }

  function isCurrent(tenant: string, found: StoredDefinition, seed: WorkflowDefinition): boolean {
    const key = keyOf(tenant, seed.id, found.version);
    if (current.has(key)) return true;
    if (!isDeepStrictEqual(found.definition, seed)) return false;
    if (cache.has(key)) current.add(key);
    return true;
  }

  async function insert(
    tx: Transaction,
    tenantId: string,
    definition: WorkflowDefinition,
    rest: Pick<StoredDefinition, 'version' | 'origin' | 'basedOn' | 'by' | 'note'>,
  ): Promise<boolean> {
    const { count } = await tx.workflowDefinition.createMany({
      data: [
        {
          tenantId,
          id: definition.id,
          version: rest.version,
          definition,
          origin: rest.origin,
          basedOn: rest.basedOn,
          byUser: rest.by?.id ?? null,
          byName: rest.by?.displayName ?? Prisma.DbNull,
          note: rest.note,
        },
      ],
      skipDuplicates: true,
    });
    const key = keyOf(tenantId, definition.id, rest.version);
    written.set(tx, (written.get(tx) ?? new Set()).add(key));
    return count === 1;
  }

  return {
    seeds: seeds as ReadonlyMap<string, WorkflowDefinition>,
    insert,

    /** The permission to see a workflow's records, if its module declares one. */
    readPermission: (id: string): Permission | undefined => readPermissions.get(id),

    /** The permission to know who reported a record, if its module declares one. */
    identifyPermission: (id: string): Permission | undefined => identifyPermissions.get(id),

    /** The newest version as last queried, where it is cached. */
    guess(tenant: string, id: string): StoredDefinition | undefined {
      const version = lastSeen.get(keyOf(tenant, id, 0));
      return version === undefined ? undefined : cache.get(keyOf(tenant, id, version));
    },

    /** The entities of the product's workflows. */
    subjects: (): string[] => [...new Set([...seeds.values()].map(({ subject }) => subject))],

    /** @throws Error with all faults. */
    seed(input: WorkflowDefinitionInput, read?: Permission, identify?: Permission): void {
      const definition = workflowDefinition.parse(input);
      const faults = validateWorkflow(definition);
      if (faults.length > 0) {
        const list = faults.map(({ path, message }) => `  ${path}: ${message.en}`).join('\n');
        throw new Error(`the workflow ${definition.id} has faults:\n${list}`);
      }
      seeds.set(definition.id, definition);
      if (read) readPermissions.set(definition.id, read);
      if (identify) identifyPermissions.set(definition.id, identify);
      current.clear();
    },

    /**
     * The newest version. The product's own is written first where the tenant has none, or has an
     * older one that was not changed.
     *
     * @param read its number, if already read in the transaction.
     * @throws Problem `workflow.unknown`
     */
    async newest(
      tx: Transaction,
      tenant: string,
      id: string,
      read?: number | null,
    ): Promise<StoredDefinition> {
      const seed = seeds.get(id);
      let found = read ? await at(tx, tenant, id, read) : await latest(tx, tenant, id);
      const isStale =
        seed && (!found || (found.origin === 'seed' && !isCurrent(tenant, found, seed)));
      if (isStale) {
        const version = (found?.version ?? 0) + 1;
        const rest = { version, origin: 'seed', basedOn: null, by: null, note: null } as const;
        // Another process may write the same version: its row is equivalent.
        await insert(tx, tenant, seed, rest);
        found = await latest(tx, tenant, id);
      }
      if (!found) throw new Problem('workflow.unknown');
      lastSeen.set(keyOf(tenant, id, 0), found.version);
      return found;
    },

    /** @throws Problem `workflow.unknown` */
    at,
  };
}

const keyOf = (tenant: string, id: string, version: number) => `${tenant}/${id}/${version}`;

/** Older versions lack newer fields, which get their defaults. */
export function show(row: Prisma.WorkflowDefinitionModel): StoredDefinition {
  return {
    definition: workflowDefinition.parse(row.definition),
    version: row.version,
    origin: row.origin as StoredDefinition['origin'],
    basedOn: row.basedOn,
    by:
      row.byUser === null
        ? null
        : { id: row.byUser, displayName: row.byName as { zh: string; en: string } },
    note: row.note,
    at: row.at,
  };
}
