import { manifests } from '../modules/manifests.ts';
import { hasAuditWords } from './audit/words.ts';
import type { Database } from './db/database.ts';
import { isDatabaseUnavailable } from './db/database-errors.ts';
import type { ModuleManifest } from './manifest.ts';
import { shippedRules } from './rules/law/shipped.ts';

/** The faults of the manifests, one sentence each with the module and the remedy. */
export function manifestFaults(list: readonly ModuleManifest[] = manifests): string[] {
  const faults: string[] = [];
  const owners = new Map<string, string>();
  const once = (kind: string, id: string, module: string) => {
    const key = `${kind} "${id}"`;
    const other = owners.get(key);
    if (other) faults.push(`${module}: the ${key} is declared by ${other} too; keep one of them`);
    owners.set(key, module);
  };
  const permissions = new Set(list.flatMap((one) => Object.keys(one.permissions ?? {})));
  const features = new Set(
    list.flatMap(({ feature }) => (typeof feature === 'object' ? [feature.id] : [])),
  );
  const granted = new Set(
    list.flatMap((one) =>
      Object.values(one.grants ?? {}).flatMap((grants) =>
        grants.map((grant) => grant.split('@')[0]),
      ),
    ),
  );
  const policies = new Set(list.flatMap(({ data }) => (data?.policies ?? []).map(({ id }) => id)));
  for (const one of list) {
    const { name } = one;
    once('module', name, name);
    if (typeof one.feature === 'string' && !features.has(one.feature)) {
      faults.push(`${name}: no manifest declares the feature "${one.feature}"`);
    }
    if (typeof one.feature === 'object') {
      once('feature', one.feature.id, name);
      for (const other of one.feature.dependsOn ?? []) {
        if (!features.has(other))
          faults.push(`${name}: its feature depends on "${other}", which no manifest declares`);
      }
    }
    for (const permission of Object.keys(one.permissions ?? {})) {
      once('permission', permission, name);
      if (!granted.has(permission)) {
        faults.push(
          `${name}: nobody has the permission "${permission}"; give it to a seed role in grants`,
        );
      }
    }
    for (const [role, grants] of Object.entries(one.grants ?? {})) {
      for (const grant of grants) {
        const [permission = '', scope] = grant.split('@');
        if (!permissions.has(permission)) {
          faults.push(`${name}: grants of ${role} name the unknown permission "${permission}"`);
        }
        const entry = list.find((other) => permission in (other.permissions ?? {}));
        if (
          entry?.permissions?.[permission as `${string}:${string}`]?.undivided &&
          scope !== 'all'
        ) {
          faults.push(`${name}: ${grant} of ${role} is undivided; grant it for all`);
        }
      }
    }
    for (const { id, duties } of one.dutyConflicts ?? []) {
      once('duty conflict', id, name);
      for (const duty of duties) {
        if (!permissions.has(duty)) {
          faults.push(`${name}: the duty conflict "${id}" names the unknown permission "${duty}"`);
        }
      }
    }
    for (const code of Object.keys(one.problems ?? {})) once('problem', code, name);
    for (const kind of Object.keys(one.noticeKinds ?? {})) once('notice kind', kind, name);
    for (const id of Object.keys(one.audit?.entities ?? {})) once('audited entity', id, name);
    for (const id of Object.keys(one.audit?.actions ?? {})) once('audited action', id, name);
    for (const id of Object.keys(one.dictionaries ?? {})) once('dictionary', id, name);
    for (const table of one.tables ?? []) once('table', table, name);
    for (const [topic, { permission, feature }] of Object.entries(one.liveTopics ?? {})) {
      once('live topic', topic, name);
      if (permission !== 'self' && !permissions.has(permission)) {
        faults.push(
          `${name}: the live topic "${topic}" names the unknown permission "${permission}"`,
        );
      }
      if (feature !== undefined && !features.has(feature)) {
        faults.push(`${name}: the live topic "${topic}" names the unknown feature "${feature}"`);
      }
    }
    for (const [id, kind] of Object.entries(one.obligations ?? {})) {
      once('kind of obligation', id, name);
      const { read, complete, tell, notice, linkRead } = kind;
      const named = [read, linkRead, complete, tell.to, tell.escalateTo];
      for (const permission of named) {
        if (permission !== undefined && !permissions.has(permission)) {
          faults.push(
            `${name}: the obligation "${id}" names the unknown permission "${permission}"`,
          );
        }
      }
      if (one.noticeKinds?.[notice]?.link !== '/obligations/:id') {
        faults.push(
          `${name}: the obligation "${id}" needs the notice kind "${notice}" with the link /obligations/:id in this manifest`,
        );
      }
    }
    for (const { id, certainty } of one.data?.policies ?? []) {
      once('data policy', id, name);
      if (certainty !== 'own' && !shippedRules.some((rule) => rule.id === certainty.rule)) {
        faults.push(
          `${name}: the data policy "${id}" names the unknown rule of law "${certainty.rule}"`,
        );
      }
    }
    for (const { entity, table, policy } of one.data?.catalogue ?? []) {
      once('catalogue entry', entity, name);
      if (!one.tables?.includes(table)) {
        faults.push(
          `${name}: the catalogue entry "${entity}" lies in ${table}, which is not a table of it`,
        );
      }
      if (policy !== null && !policies.has(policy)) {
        faults.push(
          `${name}: the catalogue entry "${entity}" names the unknown data policy "${policy}"`,
        );
      }
    }
  }
  return faults;
}

/**
 * Refuses to start where manifests contradict each other, a database table has no owner, or the
 * subject of a workflow has no words in the audit log.
 *
 * @param subjects the entities of the opened workflows.
 * @throws Error with every fault, its module and the remedy.
 */
export async function checkManifests(
  database: Database,
  subjects: readonly string[],
): Promise<void> {
  const faults = manifestFaults();
  const owned = new Set(manifests.flatMap(({ tables }) => tables ?? []));
  const tables = await tablesOf(database);
  for (const table of tables ?? []) {
    if (!owned.has(table)) {
      faults.push(`the table "${table}" has no owner: name it in tables of its module's manifest`);
    }
  }
  for (const subject of subjects) {
    if (!hasAuditWords(subject)) {
      faults.push(
        `the audit log has no words for "${subject}", the subject of a workflow: add audit.entities to its module's manifest`,
      );
    }
  }
  if (faults.length > 0) throw new Error(`the manifests have faults:\n- ${faults.join('\n- ')}`);
}

/** The tables of the schema, without partitions; null where the database is unavailable. */
async function tablesOf(database: Database): Promise<string[] | null> {
  try {
    const rows = await database.transaction(
      { tenant: '', user: null },
      (tx) => tx.$queryRaw<{ name: string }[]>`
        SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relname <> '_prisma_migrations'`,
    );
    return rows.map(({ name }) => name);
  } catch (error) {
    // The API starts without its database, and connects later.
    if (isDatabaseUnavailable(error)) return null;
    throw error;
  }
}
