import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi, until } from './site.ts';
import { makeUser } from './users.ts';
import { putVerdicts, type TestVerdict } from './verdicts.ts';
import { startWorker, type TestWorker } from './worker.ts';

type Headers = { authorization: string };

export interface LabelExport {
  id: string;
  state: string;
  sha256: string | null;
  counts: Record<string, never> | null;
}

/** An API with pictures of 17 violations that were judged, and people who make labelled sets. */
export interface LabelsWorld {
  site: Site;
  api: RunningApi;
  database: Database;
  appUrl: string;
  /** Makes sets and takes them out. */
  owner: Headers;
  /** Makes sets only. */
  reader: Headers;
  /** A folder for what a test unpacks. */
  folder: string;
  /** The violations, in the order in which {@link openLabelsWorld} lists them. */
  ids: string[];
  /** Asks for a set and waits until it is made. */
  make(filter?: object): Promise<LabelExport>;
  archive(id: string, who?: Headers): Promise<Response>;
  close(): Promise<void>;
}

const person: [number, number, number, number] = [400, 200, 500, 500];
const boxes = [
  { label: 'person', box: person, score: 0.9 },
  { label: 'head', box: [430, 205, 470, 250], score: 0.8 },
] as NonNullable<TestVerdict['boxes']>;

/** Stores a picture that has nothing in common with that of another seed. @returns its SHA-256. */
async function storeSnapshot(worker: TestWorker, seed: number): Promise<string> {
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
  if (!stored.ok) throw new Error(`the picture was not stored: ${await stored.text()}`);
  return sha256;
}

/** The violations of the world, by the place of their picture. */
function verdicts(pictures: readonly string[]): TestVerdict[] {
  const at = (day: number, minute = 0) => new Date(Date.UTC(2026, 8, 1 + day, 3, minute));
  const one = (n: number, changes: Partial<TestVerdict> = {}): TestVerdict => ({
    startedAt: at(n * 7),
    status: 'confirmed',
    box: person,
    boxes,
    snapshot: pictures[n] ?? '',
    ...changes,
  });
  return [
    ...Array.from({ length: 10 }, (_, n) => one(n)),
    one(10, { status: 'dismissed', reason: 'item-worn' }),
    one(11, { status: 'dismissed', reason: 'not-a-person' }),
    one(12, { status: 'dismissed', reason: 'false-detection' }),
    one(13, { rule: 'line-crossing', camera: 'gate' }),
    one(14, { site: 'plant-2' }),
    // The same picture of the same camera once more.
    one(0, { startedAt: at(0, 40) }),
    one(15, { status: 'pending' }),
  ];
}

export async function openLabelsWorld(): Promise<LabelsWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-labels-test-'));
  const site = await openSite();
  const { appUrl } = await site.seededDatabase();
  const api = await startApi(site, appUrl);
  const database = openDatabase(appUrl);
  await makeUser(database, 'owner', ['model:read@all', 'model:manage@all', 'model:export@all']);
  await makeUser(database, 'reader', ['model:read@all', 'model:manage@all']);
  const owner = await api.signIn('owner');
  const reader = await api.signIn('reader');
  const worker = await startWorker(site, api);
  const pictures: string[] = [];
  for (let seed = 1; seed <= 16; seed++) pictures.push(await storeSnapshot(worker, seed));
  const ids = await putVerdicts(database, verdicts(pictures));
  return {
    site,
    api,
    database,
    appUrl,
    owner,
    reader,
    folder,
    ids,
    async make(filter = {}) {
      const asked = await api.post('/api/v1/models/label-exports', filter, owner);
      if (asked.status !== 202) throw new Error(`no set is made: ${await asked.text()}`);
      const { id } = (await asked.json()) as LabelExport;
      return until(async () => {
        const answer = await api.get(`/api/v1/models/label-exports/${id}`, owner);
        const now = (await answer.json()) as LabelExport;
        return now.state === 'waiting' ? null : now;
      }, 'the set is made');
    },
    archive: (id, who = owner) => api.get(`/api/v1/models/label-exports/${id}/archive`, who),
    async close() {
      await worker.stop();
      await database.close();
      await api.stop();
      await site.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
