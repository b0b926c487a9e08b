import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import sharp from 'sharp';
import { extract } from 'tar-stream';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_LOCK } from '../../../platform/backup/lock.ts';
import { type Database, openDatabase } from '../../../platform/db/database.ts';
import { createUnits } from '../../../platform/db/unit-of-work.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../../testing/site.ts';
import { makeUser } from '../../../testing/users.ts';
import { putVerdicts, type TestVerdict } from '../../../testing/verdicts.ts';
import { startWorker, type TestWorker } from '../../../testing/worker.ts';
import { createPurge } from '../../privacy/purge.ts';
import { createLabelExports } from './exports.ts';

type Headers = { authorization: string };
type Export = {
  id: string;
  state: string;
  sha256: string | null;
  counts: Record<string, never> | null;
};
const root = fileURLToPath(new URL('../../../../..', import.meta.url));
let site: Site;
let api: RunningApi;
let database: Database;
let appUrl: string;
let owner: Headers;
let reader: Headers;
let worker: TestWorker;
let folder: string;
let ids: string[];

/** Pictures that have nothing in common. */
async function snapshot(seed: number): Promise<string> {
  // Patches of a colour that the seed gives each of them.
  const pixels = createHash('shake256', { outputLength: 64 * 36 * 3 })
    .update(`${seed}`)
    .digest();
  const bytes = await sharp(pixels, { raw: { width: 64, height: 36, channels: 3 } })
    .resize(1280, 720, { fit: 'fill' })
    .jpeg({ quality: 92 })
    .toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stored = await worker.put({ bytes, sha256, mediaType: 'image/jpeg' });
  expect(stored.status).toBeLessThan(300);
  return sha256;
}

const person: [number, number, number, number] = [400, 200, 500, 500];
const boxes = [
  { label: 'person', box: person, score: 0.9 },
  { label: 'head', box: [430, 205, 470, 250], score: 0.8 },
] as NonNullable<TestVerdict['boxes']>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-labels-test-'));
  site = await openSite();
  ({ appUrl } = await site.seededDatabase());
  api = await startApi(site, appUrl);
  database = openDatabase(appUrl);
  await makeUser(database, 'owner', ['model:read@all', 'model:manage@all', 'model:export@all']);
  await makeUser(database, 'reader', ['model:read@all', 'model:manage@all']);
  owner = await api.signIn('owner');
  reader = await api.signIn('reader');
  worker = await startWorker(site, api);
  const pictures: string[] = [];
  for (let seed = 1; seed <= 16; seed++) pictures.push(await snapshot(seed));
  const at = (day: number, minute = 0) => new Date(Date.UTC(2026, 8, 1 + day, 3, minute));
  const one = (n: number, changes: Partial<TestVerdict> = {}): TestVerdict => ({
    startedAt: at(n * 7),
    status: 'confirmed',
    box: person,
    boxes,
    snapshot: pictures[n] ?? '',
    ...changes,
  });
  ids = await putVerdicts(database, [
    ...Array.from({ length: 10 }, (_, n) => one(n)),
    one(10, { status: 'dismissed', reason: 'item-worn' }),
    one(11, { status: 'dismissed', reason: 'not-a-person' }),
    one(12, { status: 'dismissed', reason: 'false-detection' }),
    one(13, { rule: 'line-crossing', camera: 'gate' }),
    one(14, { site: 'plant-2' }),
    // The same picture of the same camera once more.
    one(0, { startedAt: at(0, 40) }),
    one(15, { status: 'pending' }),
  ]);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Reads a set as the trainer does, and complains of whatever it could not use. */
async function check(set: string) {
  const info = JSON.parse(await readFile(join(set, 'dataset.json'), 'utf8')) as {
    classes: string[];
    labelled: Record<string, string[]>;
    images: Record<string, number>;
    boxes: Record<string, Record<string, number>>;
  };
  const found = new Map<string, { labels: string[]; width: number; height: number }>();
  for (const name of Object.keys(info.labelled)) {
    for (const side of ['train', 'val']) {
      const place = `${name}/${side}`;
      const images = (await readdir(join(set, place, 'images'))).sort();
      const labels = (await readdir(join(set, place, 'labels'))).sort();
      expect(labels).toEqual(images.map((file) => file.replace(/\.jpg$/, '.txt')));
      expect(images).toHaveLength(info.images[place] ?? -1);
      const counts: Record<string, number> = {};
      for (const file of images) {
        const { width, height, format } = await sharp(join(set, place, 'images', file)).metadata();
        expect(format).toBe('jpeg');
        const text = await readFile(
          join(set, place, 'labels', file.replace('.jpg', '.txt')),
          'utf8',
        );
        const names = text
          .split('\n')
          .filter(Boolean)
          .map((line) => {
            const [id = -1, cx = -1, cy = -1, w = -1, h = -1, ...more] = line
              .split(' ')
              .map(Number);
            expect(more).toEqual([]);
            expect(w).toBeGreaterThan(0);
            expect(h).toBeGreaterThan(0);
            expect(cx - w / 2).toBeGreaterThanOrEqual(-1e-4);
            expect(cx + w / 2).toBeLessThanOrEqual(1 + 1e-4);
            expect(cy - h / 2).toBeGreaterThanOrEqual(-1e-4);
            expect(cy + h / 2).toBeLessThanOrEqual(1 + 1e-4);
            const label = info.classes[id] ?? 'none';
            expect(info.labelled[name]).toContain(label);
            counts[label] = (counts[label] ?? 0) + 1;
            return label;
          });
        found.set(`${place}/${file.replace('.jpg', '')}`, { labels: names, width, height });
      }
      expect(counts).toEqual(info.boxes[place]);
    }
  }
  return { info, found };
}

async function unpack(tar: Buffer, to: string): Promise<void> {
  const reading = extract();
  Readable.from(tar).pipe(reading);
  for await (const entry of reading) {
    const file = join(to, entry.header.name);
    if (entry.header.type === 'directory') {
      await mkdir(file, { recursive: true });
      entry.resume();
      continue;
    }
    await mkdir(join(file, '..'), { recursive: true });
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    await writeFile(file, Buffer.concat(parts));
  }
}

async function make(filter: object = {}): Promise<Export> {
  const asked = await api.post('/api/v1/models/label-exports', filter, owner);
  expect(asked.status, await asked.clone().text()).toBe(202);
  const { id } = (await asked.json()) as Export;
  return until(async () => {
    const answer = await api.get(`/api/v1/models/label-exports/${id}`, owner);
    const now = (await answer.json()) as Export;
    return now.state === 'waiting' ? null : now;
  }, 'the set is made');
}
const archive = async (id: string, who = owner) =>
  api.get(`/api/v1/models/label-exports/${id}/archive`, who);
const put = (path: string, body: object) =>
  fetch(`${api.url}/api/v1${path}`, {
    method: 'PUT',
    headers: { ...owner, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a labelled set from verdicts', () => {
  let first: Export;

  it('[VIS-10] is made as a job, and read back by what the trainer reads', async () => {
    first = await make();
    expect(first).toMatchObject({
      state: 'ready',
      counts: { verdicts: 16, pictures: 14, skipped: { unclear: 1, alike: 1 }, blurred: 13 },
    });
    const tar = await archive(first.id);
    expect(tar.status).toBe(200);
    const set = join(folder, 'first');
    await unpack(Buffer.from(await tar.arrayBuffer()), set);
    const { info, found } = await check(set);
    expect(info.labelled).toEqual({
      helmet: ['person', 'helmet', 'head'],
      vest: ['person', 'vest', 'no_vest'],
      person: ['person'],
    });
    const of = (n: number) =>
      [...found].find(([name]) => name.endsWith(`/${ids[n]?.toLowerCase()}`))?.[1].labels;
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
    expect(existsSync(join(set, 'README.md'))).toBe(true);
  });

  it('is the same again, byte by byte, and the part of it that is asked for', async () => {
    const again = await make();
    expect(again.sha256).toBe(first.sha256);
    expect(await make({ rules: ['line-crossing'] })).toMatchObject({ counts: { pictures: 1 } });
    expect(await make({ cameras: ['nowhere'] })).toMatchObject({ counts: { verdicts: 0 } });
    const from = { from: '2026-09-02T00:00:00Z', to: '2026-09-20T00:00:00Z' };
    expect(await make(from)).toMatchObject({ counts: { verdicts: 2 } });
  });

  it('leaves a line with the counts each time it leaves the system, for those who may take it', async () => {
    expect((await archive(first.id, reader)).status).toBe(403);
    expect((await api.get('/api/v1/models/label-exports', reader)).status).toBe(403);
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-label-export', action: 'export' } }),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ entityId: first.id, after: { pictures: 14, blurred: 13 } });
  });

  it('leaves out a site that does not give its pictures', async () => {
    const settings = {
      version: 0,
      reviewMonths: 6,
      minJudged: 20,
      faces: { 'plant-2': 'left-out' },
    };
    expect((await put('/models/settings', settings)).status).toBe(200);
    expect(await make()).toMatchObject({
      counts: { pictures: 13, skipped: { 'left-out': 1, unclear: 1, alike: 1 } },
    });
  });

  it('is made at the machine too, into a new folder', async () => {
    const out = join(folder, 'cli');
    const run = (args: string[]) =>
      promisify(execFile)(process.execPath, ['api/src/labels.ts', ...args], {
        cwd: root,
        env: {
          ...process.env,
          DATABASE_URL: appUrl,
          ANSHI_DATA_DIR: api.settings.dataDir,
          INIT_CWD: folder,
        },
      });
    const { stdout } = await run([
      '--out',
      out,
      '--rules',
      'missing-helmet',
      '--from',
      '2026-09-08',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ pictures: 11 });
    const { found } = await check(out);
    expect(found.size).toBe(11);
    // What is there is not mixed with what was there.
    await expect(run(['--out', out])).rejects.toThrow('is not empty');
    await expect(run(['--out', join(folder, 'x'), '--rules', 'nothing'])).rejects.toThrow('rules');
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-label-export', reason: 'npm run labels' } }),
    );
    expect(lines).toMatchObject([{ after: { pictures: 11 } }]);
  });

  it('is removed at the end of its term, with a proof, and what it was stays on record', async () => {
    const removed: string[] = [];
    const units = createUnits({ database, onError: () => {} });
    const store = { remove: async (_tenant: string, sha256: string) => void removed.push(sha256) };
    const purge = createPurge({ units, store });
    const later = (days: number) => new Date(Date.now() + days * 86_400_000);
    const of = ({ items }: Awaited<ReturnType<typeof purge.run>>) =>
      items.find(({ policy }) => policy === 'training-pictures');
    expect(of(await purge.run('demo', later(89)))).toBeUndefined();
    // Not while a backup is made: its rows say that the file is there.
    const backup = new pg.Client({ connectionString: appUrl });
    await backup.connect();
    await backup.query('SELECT pg_advisory_lock($1)', [BACKUP_LOCK]);
    expect(of(await purge.run('demo', later(91)))).toBeUndefined();
    expect(removed).toEqual([]);
    await backup.end();
    const proof = of(await purge.run('demo', later(91)));
    expect(proof?.count).toBeGreaterThan(3);
    // The same set twice was one file.
    expect(removed.filter((sha256) => sha256 === first.sha256)).toHaveLength(1);
    expect((await archive(first.id)).status).toBe(409);
    const now = await api.get(`/api/v1/models/label-exports/${first.id}`, owner);
    expect(await now.json()).toMatchObject({ state: 'removed', counts: { pictures: 14 } });
  });

  describe('[SEC-21] where people said no to the use of their pictures', () => {
    const answer = (employeeNo: string, decision: 'given' | 'refused' | 'withdrawn') =>
      database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const person = await tx.person.findFirstOrThrow({ where: { employeeNo } });
        await tx.consent.create({
          data: {
            tenantId: 'demo',
            personId: person.id,
            purposeId: 'training-data',
            noticeVersion: 1,
            scope: ['video'],
            decision,
            how: 'paper',
          },
        });
        return person.id;
      });

    it('leaves out every picture with a person from the site where they work', async () => {
      const before = await make();
      expect((await archive(before.id)).status).toBe(200);
      // Somebody of another site.
      await answer('E009', 'refused');
      expect((await make()).counts).not.toHaveProperty('skipped.refused');
      await database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.department.update({
          where: { tenantId_id: { tenantId: 'demo', id: 'purchasing' } },
          data: { site: 'plant-1' },
        }),
      );
      const id = await answer('E008', 'refused');
      const set = await make();
      expect(set).toMatchObject({ state: 'ready', counts: { skipped: { refused: 13 } } });
      const { pictures } = set.counts as unknown as { pictures: number };
      // What is left shows no person: the verdict was that nobody is there.
      expect(pictures).toBe(1);

      // One that was made before is not handed out any more.
      expect(await (await archive(before.id)).json()).toMatchObject({
        code: 'model.export-not-ready',
      });
      const shown = await api.get(`/api/v1/models/label-exports/${before.id}`, owner);
      expect(await shown.json()).toMatchObject({ state: 'removed' });

      // Pictures from before the first day and after the last day of that person do not show them.
      await database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.person.update({
          where: { tenantId_id: { tenantId: 'demo', id } },
          data: {
            status: 'left',
            hiredOn: new Date('2026-09-16'),
            leftOn: new Date('2026-10-01'),
          },
        }),
      );
      const part = await make();
      const { refused = 0 } = (part.counts as unknown as { skipped: { refused?: number } }).skipped;
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(13);
    });

    it('removes the file of an older set in the next night, not after its term', async () => {
      const removed: string[] = [];
      const units = createUnits({ database, onError: () => {} });
      const store = { remove: async (_: string, sha256: string) => void removed.push(sha256) };
      const { items } = await createPurge({ units, store }).run('demo');
      expect(items.find(({ policy }) => policy === 'training-pictures')?.count).toBeGreaterThan(0);
      expect(removed.length).toBeGreaterThan(0);
    });

    it('uses them again once they agree', async () => {
      await answer('E008', 'given');
      const { counts } = await make();
      expect((counts as unknown as { skipped: object }).skipped).not.toHaveProperty('refused');
    });
  });

  it('is neither made nor taken out where the purpose was given up', async () => {
    const made = await make();
    expect((await archive(made.id)).status).toBe(200);
    const waiting = ulid();
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.modelLabelExport.create({
        data: {
          tenantId: 'demo',
          id: waiting,
          state: 'waiting',
          filter: {},
          requestedBy: waiting,
          requestedName: { zh: 'x', en: 'x' },
        },
      }),
    );
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const newest = await tx.consentPurpose.findFirstOrThrow({
        where: { id: 'training-data' },
        orderBy: { version: 'desc' },
      });
      await tx.consentPurpose.createMany({
        data: [
          {
            ...newest,
            version: newest.version + 1,
            active: false,
            name: { zh: 'x', en: 'x' },
            notice: { zh: 'x', en: 'x' },
          },
        ],
      });
    });
    const asked = await api.post('/api/v1/models/label-exports', {}, owner);
    expect(await asked.json()).toMatchObject({ code: 'model.purpose-off' });
    const taken = await archive(made.id);
    expect(await taken.json()).toMatchObject({ code: 'model.purpose-off' });
    // One that was asked for before is not made any more, and says why.
    const late = createLabelExports({
      units: createUnits({ database, onError: () => {} }),
      database,
      jobs: { define() {} } as never,
      store: {} as never,
      log: pino({ level: 'silent' }),
    });
    await late.make('demo', waiting);
    const now = await api.get(`/api/v1/models/label-exports/${waiting}`, owner);
    expect(await now.json()).toMatchObject({ state: 'failed', problem: expect.any(String) });
  });
});
