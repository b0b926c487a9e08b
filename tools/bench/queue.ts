import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Plant } from '../plant/plant.ts';
import { clipClocks, readClipCameras } from './clip-cameras.ts';
import { inOwnFolder } from './plant-folder.ts';
import { type QueueItem, queueMisses, scoreQueue } from './queue-score.ts';
import type { TruthCamera } from './queue-truth.ts';
import { note, tell } from './result.ts';

/*
 * The review queue of a plant against the truth of its clips: simulator, RTSP, worker, broker, API. An
 * ideal queue has one item for each act.
 */
const root = resolve(import.meta.dirname, '../..');
/** Cameras follow their pictures for so long before the time that counts, seconds. */
const SETTLE_SECONDS = 5;
/** What was seen at the end may be confirmed and recorded so much later, seconds. */
const GRACE_SECONDS = 20;
const LIVE_PATIENCE_SECONDS = 120;
const GAP_SECONDS = 10;

const { values } = parseArgs({
  options: { data: { type: 'string' }, minutes: { type: 'string', default: '4' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 240)) {
  console.error(`--minutes must be above 0 and at most 240, not "${values.minutes}"`);
  process.exit(2);
}
const data = values.data && resolve(process.env.INIT_CWD ?? '.', values.data);
const clips = data ?? join(root, 'simulator/clips');
const given = data ? join(data, 'cameras.yaml') : join(root, 'cameras.yaml');

/** A signed-in reader; tokens expire within minutes, so each use signs in. */
async function signIn(plant: Plant): Promise<<Answer>(path: string) => Promise<Answer>> {
  const response = await fetch(`${plant.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'safety', password: plant.demoPassword }),
  });
  const { accessToken } = (await response.json()) as { accessToken: string };
  return async <Answer>(path: string) => {
    const answer = await fetch(`${plant.url}${path}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
}

interface CameraList {
  items: { id: string; health: { state: string; droppedShare: number } | null }[];
}

async function whenLive(plant: Plant, ids: readonly string[]): Promise<void> {
  const get = await signIn(plant);
  const until = Date.now() + LIVE_PATIENCE_SECONDS * 1000;
  for (;;) {
    const { items } = await get<CameraList>('/api/v1/cameras');
    const dark = ids.filter((id) => items.find((one) => one.id === id)?.health?.state !== 'live');
    if (dark.length === 0) return;
    if (Date.now() > until) throw new Error(`cameras without a picture: ${dark.join(', ')}`);
    await sleep(500);
  }
}

interface Shown {
  id: string;
  members: {
    violation: {
      id: string;
      camera: string;
      ruleId: string;
      item: string | null;
      startedAt: string;
      confirmedAt: string;
      box: [number, number, number, number] | null;
    };
  }[];
}

/** All items of the queue that began at a wall time or later, in seconds after it. */
async function readQueue(plant: Plant, begin: number): Promise<QueueItem[]> {
  const get = await signIn(plant);
  const seconds = (text: string) => (Date.parse(text) - begin) / 1000;
  const items: QueueItem[] = [];
  let cursor = '';
  for (;;) {
    const from = encodeURIComponent(new Date(begin).toISOString());
    const page = await get<{ items: { id: string }[]; next: string | null }>(
      `/api/v1/incidents?limit=100&order=oldest&from=${from}${cursor}`,
    );
    for (const { id } of page.items) {
      const { members } = await get<Shown>(`/api/v1/incidents/${id}`);
      items.push({
        id,
        findings: members.map(({ violation: { startedAt, confirmedAt, ...rest } }) => ({
          ...rest,
          startedAt: seconds(startedAt),
          confirmedAt: seconds(confirmedAt),
        })),
      });
    }
    if (page.next === null) return items;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

await inOwnFolder('queue', async (folder, register) => {
  const { cameras, file } = readClipCameras(given, clips);
  const camerasPath = join(folder, 'cameras.yaml');
  writeFileSync(camerasPath, file);
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras: camerasPath,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' }, simulator: { ANSHI_SIM_CLIPS: clips } },
  });
  register(plant);
  await plant.start();
  const begin = Date.now();
  await whenLive(
    plant,
    cameras.map(({ config }) => config.id),
  );
  const from = (Date.now() - begin) / 1000 + SETTLE_SECONDS;
  const to = from + minutes * 60;
  note(`${cameras.length} cameras are live; watching for ${minutes} minutes`);
  const loads: number[] = [];
  while ((Date.now() - begin) / 1000 < to + GRACE_SECONDS) {
    loads.push(loadavg()[0] ?? 0);
    await sleep(5_000);
  }
  const times = await clipClocks(plant, begin);
  const health = (await (await signIn(plant))<CameraList>('/api/v1/cameras')).items;
  const items = await readQueue(plant, begin);
  await plant.stop();

  const truths = cameras.map(({ config, truth, mount }): TruthCamera => {
    const [loop, phase] = times.get(mount) ?? [truth.duration, 0];
    return { config, truth, loop, phase };
  });
  const score = scoreQueue(items, truths, { watched: { from, to }, gapSeconds: GAP_SECONDS });
  for (const line of score.notes) note(line);
  const misses = queueMisses(score);
  for (const line of misses) note(`missed: ${line}`);
  const drops = cameras.map(
    ({ config }) => health.find(({ id }) => id === config.id)?.health?.droppedShare ?? 1,
  );
  const { notes: _, ...figures } = score;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  tell({
    bench: 'queue',
    ok: misses.length === 0,
    figures: {
      ...figures,
      foundShare: share(score.found, score.episodes),
      falseShare: share(score.falseItems, score.items),
      minutes,
      cameras: cameras.length,
      dropsWorst: Math.max(0, ...drops),
      load: loads.reduce((sum, one) => sum + one, 0) / Math.max(1, loads.length),
    },
    ratio: score.itemsPerFound === 0 ? 0 : 1 / score.itemsPerFound,
    against:
      'an ideal queue with one item for each act of the truth; findingsPerFound is a queue of single violations',
  });
});
