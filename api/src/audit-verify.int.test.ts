import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDatabase } from './embedded/database.ts';
import { systemCaller } from './platform/access/caller.ts';
import { anchorsFile, openAnchors } from './platform/audit/anchors.ts';
import { createSealing } from './platform/audit/sealer.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import { createUnits } from './platform/db/unit-of-work.ts';
import { type DatabaseUrls, openSite, type Site } from './testing/site.ts';

let site: Site;
let urls: DatabaseUrls;
let database: Database;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.freshDatabase();
  database = openDatabase(urls.appUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

/** Runs the command line. */
function verify(args: string[], env: Record<string, string>) {
  const script = fileURLToPath(new URL('audit-verify.ts', import.meta.url));
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      { env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

it('[SEC-08] the command reports where the log was tampered with, and fails by its exit code', async () => {
  const dataDir = await mkdtemp(join(site.folder, 'data-'));
  const folder = join(dataDir, 'audit');
  const units = createUnits({ database, onError: () => {} });
  await units.run(systemCaller('demo'), async (unit) => {
    for (let i = 0; i < 30; i++) {
      await unit.audit({ action: 'update', entity: 'hazard', id: `h-${i}` });
    }
  });
  await createSealing(database, 'demo').pass();
  const log = pino({ level: 'silent' });
  await openAnchors({ folder, tenant: 'demo', database, log }).keep();
  const env = { DATABASE_URL: urls.appUrl, ANSHI_DATA_DIR: dataDir };

  const whole = await verify([], env);
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(whole.out).toContain('30 sealed rows');
  expect(whole.out).toContain('1 anchors');

  const owner = new pg.Client({ connectionString: urls.superUrl });
  await owner.connect();
  await owner.query("SET app.tenant = 'demo'; SET session_replication_role = replica");
  await owner.query("UPDATE audit_log SET entity_id = 'other' WHERE entity_id = 'h-3'");
  const words = await verify([], env);
  expect(words.code).toBe(1);
  expect(words.out).toMatch(/changed: position 4 row 4 \(.*hazard other\)/);
  // The end is truncated: only the anchors show it.
  await owner.query(
    'DELETE FROM audit_seal WHERE position > 20; DELETE FROM audit_log WHERE seq > 20',
  );
  await owner.end();
  const json = await verify(['--json', '--anchors', anchorsFile(folder, 'demo')], env);
  expect(json.code).toBe(1);
  const { flaws } = JSON.parse(json.out) as { flaws: { kind: string; position: string }[] };
  expect(flaws.map(({ kind, position }) => [kind, position])).toEqual([
    ['changed', '4'],
    ['cut-off', '30'],
  ]);

  const nowhere = await verify([], { ...env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/x' });
  expect(nowhere.code).toBe(2);
});

it('finds the embedded database running on a data folder, and starts none on another', async () => {
  const found = await findDatabase(join(site.folder, 'postgres'));
  expect(found).toEqual({ adminUrl: site.server.adminUrl, appUrl: site.server.appUrl });
  expect(await findDatabase(join(site.folder, 'nothing-here'))).toBeNull();
});
