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

/** The versions of all workflows, and those that the product comes with. */
export function createDefinitionStore() {
  const seeds = new Map<string, WorkflowDefinition>();
  const readPermissions = new Map<string, Permission>();
  // Versions are never changed, so what was read once stays right.
  const cache = new LRUCache<string, StoredDefinition>({ max: 500 });

  // What a transaction wrote itself may be rolled back: only another one's view of it is kept.
  const written = new WeakMap<Transaction, Set<string>>();
  // Versions of the product's own that are what it comes with now.
  const current = new Set<string>();

  // The newest that was seen of each: a guess, which whoever uses it checks.
  const lastSeen = new LRUCache<string, number>({ max: 500 });

  /** The number is asked each time, since another process may have made one; the rest is cached. */
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

    /** What an account needs to see the records of a workflow, where its module says so. */
    readPermission: (id: string): Permission | undefined => readPermissions.get(id),

    /** What was the newest version when it was last asked for, where that is known without asking. */
    guess(tenant: string, id: string): StoredDefinition | undefined {
      const version = lastSeen.get(keyOf(tenant, id, 0));
      return version === undefined ? undefined : cache.get(keyOf(tenant, id, version));
    },

    /** The kinds of records that the product's own workflows are about. */
    subjects: (): string[] => [...new Set([...seeds.values()].map(({ subject }) => subject))],

    /** @throws Error that lists the faults. */
    seed(input: WorkflowDefinitionInput, read?: Permission): void {
      const definition = workflowDefinition.parse(input);
      const faults = validateWorkflow(definition);
      if (faults.length > 0) {
        const list = faults.map(({ path, message }) => `  ${path}: ${message.en}`).join('\n');
        throw new Error(`the workflow ${definition.id} has faults:\n${list}`);
      }
      seeds.set(definition.id, definition);
      if (read) readPermissions.set(definition.id, read);
      current.clear();
    },

    /**
     * The newest version. The product's own is written first where the tenant has none, or has an
     * older one that nobody changed.
     *
     * @param read its number, where it was read already in the transaction.
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
        // Another process may write the same version: then its row is as good.
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

/** Older versions lack what came later: it gets its default. */
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
