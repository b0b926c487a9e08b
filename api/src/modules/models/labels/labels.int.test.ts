import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_LOCK } from '../../../platform/backup/lock.ts';
import { createUnits } from '../../../platform/db/unit-of-work.ts';
import { readSet, unpack } from '../../../testing/labelled-set.ts';
import {
  type LabelExport,
  type LabelsWorld,
  openLabelsWorld,
} from '../../../testing/labels-world.ts';
import { createPurge } from '../../privacy/purge.ts';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));

let world: LabelsWorld;
beforeAll(async () => {
  world = await openLabelsWorld();
});
afterAll(() => world?.close());

describe('a labelled set from verdicts', () => {
  let first: LabelExport;

  it('[VIS-10] is made as a job, and readable by the trainer’s reader', async () => {
    first = await world.make();
    expect(first).toMatchObject({
      state: 'ready',
      counts: { verdicts: 16, pictures: 14, skipped: { unclear: 1, alike: 1 }, blurred: 13 },
    });
    const tar = await world.archive(first.id);
    expect(tar.status).toBe(200);
    const set = join(world.folder, 'first');
    await unpack(Buffer.from(await tar.arrayBuffer()), set);
    const { info, found } = await readSet(set);
    expect(info.labelled).toEqual({
      helmet: ['person', 'helmet', 'head'],
      vest: ['person', 'vest', 'no_vest'],
      person: ['person'],
    });
    const of = (n: number) =>
      [...found].find(([name]) => name.endsWith(`/${world.ids[n]?.toLowerCase()}`))?.[1].labels;
    expect(of(0)).toEqual(['person', 'head']);
    expect(of(10)).toEqual(['person', 'helmet']);
    expect(of(11)).toEqual([]);
    expect(of(12)).toBeUndefined();
    expect(of(13)).toEqual(['person']);
    expect(of(16)).toBeUndefined();
    expect([...found.keys()].some((name) => name.startsWith('helmet/val/'))).toBe(true);
    expect([...found.keys()].some((name) => name.startsWith('helmet/train/'))).toBe(true);
    const manifest = (await readFile(join(set, 'manifest.jsonl'), 'utf8')).trim().split('\n');
    expect(manifest).toHaveLength(14);
    const lineOf = (n: number) =>
      JSON.parse(manifest.find((line) => line.includes(world.ids[n] ?? '?')) ?? 'null');
    // The crop of head and torso is 226 x 225 px, from (337, 164) on; the person goes on below it.
    const person = [0.27876, 0.16, 0.72124, 1.49333];
    expect(lineOf(0)).toMatchObject({ person, isPerson: true, helmet: 'missing' });
    expect(lineOf(10)).toMatchObject({ person, isPerson: true, helmet: 'worn' });
    expect(lineOf(11)).toMatchObject({ isPerson: false });
    expect(lineOf(13)).not.toHaveProperty('helmet');
    expect(existsSync(join(set, 'README.md'))).toBe(true);
  });

  it('is reproducible byte by byte, and can be filtered', async () => {
    const again = await world.make();
    expect(again.sha256).toBe(first.sha256);
    expect(await world.make({ rules: ['line-crossing'] })).toMatchObject({
      counts: { pictures: 1 },
    });
    expect(await world.make({ cameras: ['nowhere'] })).toMatchObject({ counts: { verdicts: 0 } });
    const from = { from: '2026-09-02T00:00:00Z', to: '2026-09-20T00:00:00Z' };
    expect(await world.make(from)).toMatchObject({ counts: { verdicts: 2 } });
  });

  it('logs each download with counts, for authorised users', async () => {
    expect((await world.archive(first.id, world.reader)).status).toBe(403);
    expect((await world.api.get('/api/v1/models/label-exports', world.reader)).status).toBe(403);
    const lines = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-label-export', action: 'export' } }),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ entityId: first.id, after: { pictures: 14, blurred: 13 } });
  });

  it('excludes a site that does not share its pictures', async () => {
    const settings = {
      version: 0,
      reviewMonths: 6,
      minJudged: 20,
      faces: { 'plant-2': 'left-out' },
    };
    const put = await fetch(`${world.api.url}/api/v1/models/settings`, {
      method: 'PUT',
      headers: { ...world.owner, 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
    expect(put.status).toBe(200);
    expect(await world.make()).toMatchObject({
      counts: { pictures: 13, skipped: { 'left-out': 1, unclear: 1, alike: 1 } },
    });
  });

  it('can be made by command line, into a new folder', async () => {
    const out = join(world.folder, 'cli');
    const run = (args: string[]) =>
      promisify(execFile)(process.execPath, ['api/src/labels.ts', ...args], {
        cwd: root,
        env: {
          ...process.env,
          DATABASE_URL: world.appUrl,
          ANSHI_DATA_DIR: world.api.settings.dataDir,
          INIT_CWD: world.folder,
        },
      });
    const { stdout } = await run([
      '--out',
      out,
      '--rules',
      'missing-ppe/helmet',
      '--from',
      '2026-09-08',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ pictures: 11 });
    const { found } = await readSet(out);
    expect(found.size).toBe(11);
    // Existing files are not mixed with new ones.
    await expect(run(['--out', out])).rejects.toThrow('is not empty');
    await expect(run(['--out', join(world.folder, 'x'), '--rules', 'nothing'])).rejects.toThrow(
      'rules',
    );
    const lines = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-label-export', reason: 'npm run labels' } }),
    );
    expect(lines).toMatchObject([{ after: { pictures: 11 } }]);
  });

  it('is removed at the end of its term, with a proof; its record stays', async () => {
    const removed: string[] = [];
    const units = createUnits({ database: world.database, onError: () => {} });
    const store = { remove: async (_tenant: string, sha256: string) => void removed.push(sha256) };
    const purge = createPurge({ units, store });
    const later = (days: number) => new Date(Date.now() + days * 86_400_000);
    const of = ({ items }: Awaited<ReturnType<typeof purge.run>>) =>
      items.find(({ policy }) => policy === 'training-pictures');
    expect(of(await purge.run('demo', later(89)))).toBeUndefined();
    // Not during a backup: its rows refer to the file.
    const backup = new pg.Client({ connectionString: world.appUrl });
    await backup.connect();
    await backup.query('SELECT pg_advisory_lock($1)', [BACKUP_LOCK]);
    expect(of(await purge.run('demo', later(91)))).toBeUndefined();
    expect(removed).toEqual([]);
    await backup.end();
    const proof = of(await purge.run('demo', later(91)));
    expect(proof?.count).toBeGreaterThan(3);
    // Two exports of the same set share one file.
    expect(removed.filter((sha256) => sha256 === first.sha256)).toHaveLength(1);
    expect((await world.archive(first.id)).status).toBe(409);
    const now = await world.api.get(`/api/v1/models/label-exports/${first.id}`, world.owner);
    expect(await now.json()).toMatchObject({ state: 'removed', counts: { pictures: 14 } });
  });
});
