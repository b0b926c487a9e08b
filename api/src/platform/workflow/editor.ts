import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { workflowDefinition } from './definition.ts';
import { type DefinitionStore, type StoredDefinition, show } from './definitions.ts';
import { changesBetween } from './diff.ts';
import type { SaveRequest } from './editor-schema.ts';
import { keepsMandatory } from './mandatory.ts';
import { type DefinitionFault, validateWorkflow } from './validate.ts';

export type WorkflowEditor = ReturnType<typeof createWorkflowEditor>;

/**
 * Reads and changes the workflows of a tenant. A change is a new version; versions are never
 * deleted.
 */
export function createWorkflowEditor(store: DefinitionStore) {
  /** All faults of an arbitrary definition. */
  async function faultsOf(tx: Transaction, id: string, given: unknown): Promise<DefinitionFault[]> {
    const read = workflowDefinition.safeParse(given);
    if (!read.success) {
      return read.error.issues.map(({ path, message }) => ({
        path: pathOf(path, given),
        code: 'shape',
        message: { zh: `格式不正确:${message}`, en: `${message}.` },
      }));
    }
    const definition = read.data;
    const faults = validateWorkflow(definition, await namesOf(tx));
    const product = store.seeds.get(id);
    if (definition.id !== id || (product && definition.subject !== product.subject)) {
      faults.unshift({
        path: 'id',
        code: 'identity',
        message: {
          zh: '流程标识与对象不能改。',
          en: 'The id of the workflow and its subject cannot be changed.',
        },
      });
    }
    // Mandatory steps are checked only for an otherwise valid definition.
    if (product && faults.length === 0) faults.push(...keepsMandatory(product, definition));
    return faults;
  }

  const differs = (stored: StoredDefinition) => {
    const product = store.seeds.get(stored.definition.id);
    return product !== undefined && !isDeepStrictEqual(product, stored.definition);
  };

  return {
    async list({ tx, caller }: Unit) {
      for (const id of store.seeds.keys()) await store.newest(tx, caller.tenant, id);
      const rows = await tx.workflowDefinition.findMany({
        orderBy: [{ id: 'asc' }, { version: 'desc' }],
        distinct: ['id'],
      });
      const open = await countOpen(tx);
      return rows.map((row) => {
        const stored = show(row);
        const { id, name, subject, states } = stored.definition;
        const openCases = open
          .filter((one) => one.id === id)
          .reduce((sum, { cases }) => sum + cases, 0);
        return {
          id,
          name,
          subject,
          openCases,
          states: states.length,
          ...made(stored),
          productDiffers: differs(stored),
        };
      });
    },

    async get({ tx, caller }: Unit, id: string, version?: number) {
      const newest = await store.newest(tx, caller.tenant, id);
      const stored =
        version === undefined ? newest : await store.at(tx, caller.tenant, id, version);
      return {
        definition: stored.definition,
        ...made(stored),
        newest: newest.version,
        openCases: casesOf(await countOpen(tx), id, stored.version),
        productDiffers: differs(stored),
      };
    },

    async validate({ tx, caller }: Unit, id: string, given: unknown) {
      await store.newest(tx, caller.tenant, id);
      return faultsOf(tx, id, given);
    },

    /** @throws Problem `workflow.definition-conflict`, `workflow.invalid` with every fault. */
    async save(unit: Unit, id: string, { definition, basedOn, note }: SaveRequest) {
      const { tx, caller } = unit;
      const key = `workflow ${caller.tenant} ${id}`;
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))::text`;
      const newest = await store.newest(tx, caller.tenant, id);
      if (newest.version !== basedOn) {
        throw new Problem('workflow.definition-conflict', undefined, {
          current: { definition: newest.definition, ...made(newest) },
        });
      }
      const faults = await faultsOf(tx, id, definition);
      if (faults.length > 0) {
        const detail = faults.map(({ path, message }) => `${path}: ${message.en}`).join(' ');
        throw new Problem('workflow.invalid', detail, { faults });
      }
      const changes = changesBetween(newest.definition, definition);
      if (changes.length === 0) return;
      const { account } = caller;
      await store.insert(tx, caller.tenant, definition, {
        version: basedOn + 1,
        origin: 'tenant',
        basedOn,
        by: account && { id: account.id, displayName: account.displayName },
        note,
      });
      await unit.audit({
        action: 'update',
        entity: 'workflow',
        id,
        before: { version: basedOn },
        after: { version: basedOn + 1, changes },
        reason: note,
      });
      const data = { workflow: id, version: basedOn + 1, paths: changes.map(({ path }) => path) };
      await unit.emit({ entity: 'workflow', what: 'changed', subject: id, data });
    },

    async versions({ tx, caller }: Unit, id: string) {
      await store.newest(tx, caller.tenant, id);
      const rows = await tx.workflowDefinition.findMany({
        where: { id },
        orderBy: { version: 'asc' },
      });
      const open = await countOpen(tx);
      const all = rows.map(show);
      return all
        .map((stored, at) => ({
          ...made(stored),
          openCases: casesOf(open, id, stored.version),
          changes: at === 0 ? [] : changesBetween(all[at - 1]?.definition, stored.definition),
        }))
        .reverse();
    },
  };
}

const made = ({ version, origin, basedOn, by, note, at }: StoredDefinition) => ({
  version,
  origin,
  basedOn,
  by,
  note,
  at: at.toISOString(),
});

interface OpenCases {
  id: string;
  version: number;
  cases: number;
}

function countOpen(tx: Transaction): Promise<OpenCases[]> {
  return tx.$queryRaw<OpenCases[]>`
    SELECT definition_id AS id, definition_version AS version, count(*)::int AS cases
    FROM workflow_case WHERE closed_at IS NULL GROUP BY 1, 2`;
}

const casesOf = (open: OpenCases[], id: string, version: number): number =>
  open.find((one) => one.id === id && one.version === version)?.cases ?? 0;

async function namesOf(tx: Transaction) {
  const [roles, users] = [
    await tx.role.findMany({ select: { id: true } }),
    await tx.appUser.findMany({ where: { active: true }, select: { id: true } }),
  ];
  return { roles: new Set(roles.map(({ id }) => id)), users: new Set(users.map(({ id }) => id)) };
}

/** states[review].deadline rather than states.2.deadline, where elements have ids. */
function pathOf(path: readonly PropertyKey[], given: unknown): string {
  let at: unknown = given;
  let text = '';
  for (const key of path) {
    at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key];
    if (typeof key === 'number') {
      const id = (at as { id?: unknown } | null | undefined)?.id;
      text += `[${typeof id === 'string' ? id : key}]`;
    } else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}
