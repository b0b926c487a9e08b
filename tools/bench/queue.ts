import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Plant } from '../plant/plant.ts';
import { askedPath } from './asked-path.ts';
import { dropsOf, readerOf, truthsOf, watchClips } from './clip-plant.ts';
import { inOwnFolder } from './plant-folder.ts';
import { type QueueItem, queueMisses, scoreQueue } from './queue-score.ts';
import { note, tell } from './result.ts';

/*
 * The review queue of a plant against the truth of its clips: simulator, RTSP, worker, broker, API. An
 * ideal queue has one item for each act.
 */
const root = resolve(import.meta.dirname, '../..');
const GAP_SECONDS = 10;

const { values } = parseArgs({
  options: { data: { type: 'string' }, minutes: { type: 'string', default: '4' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 240)) {
  console.error(`--minutes must be above 0 and at most 240, not "${values.minutes}"`);
  process.exit(2);
}
const data = values.data && askedPath(values.data);
const clips = data ?? join(root, 'simulator/clips');
const given = data ? join(data, 'cameras.yaml') : join(root, 'cameras.yaml');

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
  const get = await readerOf(plant);
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
  const { plant, cameras, begin, watched, loads } = await watchClips(folder, {
    given,
    clips,
    minutes,
    register,
  });
  const truths = await truthsOf(plant, cameras, begin);
  const drops = await dropsOf(plant, cameras);
  const items = await readQueue(plant, begin);
  await plant.stop();

  const score = scoreQueue(items, truths, { watched, gapSeconds: GAP_SECONDS });
  for (const line of score.notes) note(line);
  const misses = queueMisses(score);
  for (const line of misses) note(`missed: ${line}`);
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
