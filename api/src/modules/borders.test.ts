import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ModuleManifest } from '../platform/manifest.ts';
import { manifests } from './manifests.ts';

/*
 * Which code reads and writes which table, derived from SQL and query builder calls in the sources.
 * A table belongs to the module whose manifest lists it. Others never write it, and read it only
 * where the manifest publishes it.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const schema = join(root, '../prisma/schema');

const unitOf = ({ name, partOf }: ModuleManifest) => partOf ?? name;
const owners = new Map(
  manifests.flatMap((one) => (one.tables ?? []).map((table) => [table, unitOf(one)] as const)),
);
const published = new Set(manifests.flatMap((one) => one.published ?? []));
const folders = manifests.flatMap((one) =>
  (one.folders ?? [`modules/${one.name}`]).map((folder) => [folder, unitOf(one)] as const),
);
/** Tables by model name. */
const models = new Map(
  readdirSync(schema).flatMap((file) =>
    [...readFileSync(join(schema, file), 'utf8').matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)].map(
      ([, model = '', body = '']) =>
        [
          model.charAt(0).toLowerCase() + model.slice(1),
          /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model,
        ] as const,
    ),
  ),
);

interface Use {
  table: string;
  writes: boolean;
}

function usesIn(source: string): Use[] {
  const uses: Use[] = [];
  for (const [, how = '', table = ''] of source.matchAll(
    /\b(FROM|JOIN|USING|INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)"?/g,
  )) {
    uses.push({ table, writes: /INTO|UPDATE|DELETE/.test(how) });
  }
  for (const [, model = '', call = ''] of source.matchAll(
    /\btx\s*\.(\w+)\s*\.(find|create|update|delete|count|upsert|aggregate|groupBy)/g,
  )) {
    const table = models.get(model);
    if (table) uses.push({ table, writes: /create|update|delete|upsert/.test(call) });
  }
  for (const [, table = ''] of source.matchAll(/\btable: '([a-z_]+)', rows/g)) {
    uses.push({ table, writes: true });
  }
  return uses.filter(({ table }) => owners.has(table));
}

/** Uses across module borders, as `file: reads table (owner)`. */
function overTheBorder(files: readonly { file: string; source: string }[]): string[] {
  return files.flatMap(({ file, source }) => {
    const unit = folders.find(([folder]) => file.startsWith(`${folder}/`))?.[1];
    if (unit === undefined) return [];
    const found = usesIn(source)
      .filter(({ table }) => owners.get(table) !== unit)
      .filter(({ table, writes }) => writes || !published.has(table))
      .map(
        ({ table, writes }) =>
          `${file}: ${writes ? 'writes' : 'reads'} ${table} (${owners.get(table)})`,
      );
    return [...new Set(found)];
  });
}

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(generated|testing)\//.test(file))
  .map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }));

/** Accepted uses, each with its reason. Add none where a fact, a service or an event would do. */
const audits = 'the compliance page reads the state of the whole, as an auditor does';
const sealedFlag = 'a store asks the record of each file whether it must be encrypted';
const exceptions: Record<string, string> = {
  'modules/privacy/facts.ts: reads audit_seal (audit)': audits,
  'modules/privacy/facts.ts: reads audit_log (audit)': audits,
  'modules/privacy/facts.ts: reads key_custody (keys)': audits,
  'modules/privacy/facts.ts: reads location_history (locations)': audits,
  'modules/privacy/facts.ts: reads backup_run (backup)': audits,
  'modules/privacy/facts.ts: reads access_review (users)': audits,
  'modules/privacy/log-term.ts: reads audit_log (audit)': audits,
  'modules/privacy/log-term.ts: reads audit_seal (audit)': audits,
  'modules/privacy/notice-facts.ts: reads model_label_export (models)': audits,
  'modules/privacy/notice-facts.ts: reads location_latest (locations)': audits,
  'modules/models/log.ts: writes violation (violations)':
    'one statement finds the model that judged by the span of the log and notes it',
  'platform/sealed/stream.ts: reads evidence (violations)': sealedFlag,
  'platform/sealed/stream.ts: reads stored_file (files)': sealedFlag,
};

describe('[ARC-06] the tables of a module', () => {
  it('are written by it only, and read by others only where published', () => {
    const found = overTheBorder(sources);
    expect(found.filter((use) => !(use in exceptions))).toEqual([]);
    expect(Object.keys(exceptions).filter((use) => !found.includes(use))).toEqual([]);
  });

  it('are found in SQL and in query builder calls', () => {
    const file = 'modules/hazards/x.ts';
    const source = `
      await tx.$queryRaw\`SELECT 1 FROM person p JOIN webhook w ON TRUE\`;
      await tx.person.updateMany({});
      await sql\`DELETE FROM location_history\`;
      insertAll(tx, [{ table: 'notice', rows }]);`;
    expect(overTheBorder([{ file, source }])).toEqual([
      `${file}: reads webhook (webhooks)`,
      `${file}: writes location_history (locations)`,
      `${file}: writes person (people)`,
      `${file}: writes notice (notices)`,
    ]);
    expect(overTheBorder([{ file, source: 'await tx.hazard.findMany()' }])).toEqual([]);
  });
});
