import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BlurOrder, ViolationBlurred } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiSink, BUS_KEY } from '../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { type Child, startChild } from '../testing/child.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const TOKEN = 'a-secret-of-a-worker';
let media: string;
let picture: Buffer;
let film: Buffer;
let folder: string;
let broker: TestBroker;
let api: ApiSink;
let child: Child | undefined;

beforeAll(async () => {
  media = await mkdtemp(join(tmpdir(), 'anshi-media-'));
  const hall = join(root, 'simulator/clips/hall-west.mp4');
  const base = ['-v', 'error', '-ss', '5', '-i', hall];
  await run('ffmpeg', [...base, '-frames:v', '1', join(media, 'a.jpg')]);
  await run('ffmpeg', [...base, '-t', '2', '-c', 'copy', join(media, 'a.mp4')]);
  picture = await readFile(join(media, 'a.jpg'));
  film = await readFile(join(media, 'a.mp4'));
});
afterAll(() => rm(media, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-blur-'));
  broker = await startBroker();
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  await api.connect(broker.url);
});
afterEach(async () => {
  await child?.end('SIGKILL');
  await api.close();
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Child> {
  child = await startChild('vision/src/testing/records-process.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: BUS_KEY,
    ANSHI_WORKER_DIR: folder,
    TEST_MODELS: join(root, 'models'),
  });
  return child;
}

/** Evidence that is to be blurred. Returns the id of the event that brings the rendition. */
function order(of: BlurOrder['of'], bytes: Buffer): string {
  const original = createHash('sha256').update(bytes).digest('hex');
  api.evidence.set(original, { type: of === 'clip' ? 'video/mp4' : 'image/jpeg', bytes });
  const violation = ulid();
  api.orders.push({
    violation,
    of,
    original,
    bytes: bytes.length,
    camera: 'gate',
    model: 'ppe',
    boxes: [],
    hasBoxesFile: false,
  });
  return `${violation}-blurred-${of}`;
}
const renditionOf = (id: string) => {
  const { data } = api.committed.get(id) as ViolationBlurred;
  return { data, bytes: api.evidence.get(data.file.sha256)!.bytes };
};
/** The process that blurs for a worker, and its priority; undefined where none runs. */
async function blurring(worker: Child): Promise<{ pid: number; nice: number } | undefined> {
  const { stdout } = await run('ps', ['-eo', 'pid,ppid,ni,args']);
  const parts = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const found = parts.find(
    ([, parent, , ...args]) =>
      Number(parent) === worker.process.pid && args.some((arg) => arg.endsWith('blur-process.ts')),
  );
  return found && { pid: Number(found[0]), nice: Number(found[2]) };
}
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('evidence of an order is blurred and comes as an event, with the file first', async () => {
  const ids = [order('snapshot', picture), order('clip', film)];
  const worker = await start();
  await api.until(() => ids.every((id) => api.committed.has(id)));
  const helper = await blurring(worker);
  // At a low priority.
  expect(helper?.nice).toBeGreaterThanOrEqual(10);
  const [still, clip] = ids.map(renditionOf);
  expect(still!.bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(clip!.bytes.subarray(4, 8).toString()).toBe('ftyp');
  for (const { data } of [still!, clip!]) expect(data.heads).toBeGreaterThan(0);
  expect(still!.bytes.equals(picture)).toBe(false);
  await expect.poll(() => readdir(join(folder, 'evidence')), { timeout: 60_000 }).toEqual([]);
  expect(await readdir(join(folder, 'blur'))).toEqual([]);
  await worker.end();
  // No process stays behind.
  await expect.poll(() => isGone(helper!.pid), { timeout: 60_000 }).toBe(true);
});

test('kill -9 in the middle: the process that blurs ends, and the next worker makes it, once', async () => {
  const id = order('clip', film);
  const worker = await start();
  await api.until(() => api.blurring.read.length > 0);
  const helper = await expect
    .poll(() => blurring(worker), { timeout: 60_000 })
    .toBeDefined()
    .then(() => blurring(worker));
  await worker.end('SIGKILL');
  await expect
    .poll(() => helper === undefined || isGone(helper.pid), { timeout: 60_000 })
    .toBe(true);
  expect(api.committed.has(id)).toBe(false);
  await start();
  await api.until(() => api.committed.has(id));
  expect(api.received.filter((event) => event.id === id)).toHaveLength(1);
});

test('one that waits for the word of the API is not made again after a restart', async () => {
  const id = order('snapshot', picture);
  api.decide = () => null;
  const worker = await start();
  await api.until(() => api.received.some((event) => event.id === id));
  const first = api.received.find((event) => event.id === id) as ViolationBlurred;
  await worker.end('SIGKILL');
  const reads = api.blurring.read.length;
  api.decide = () => 'committed';
  await start();
  await api.until(() => api.committed.has(id));
  expect(renditionOf(id).data).toEqual(first.data);
  expect(api.blurring.read.length).toBe(reads);
});

test('what is no film is reported, and the next order is made', async () => {
  const broken = order('clip', Buffer.from('this is no film'));
  const good = order('snapshot', picture);
  await start();
  await api.until(() => api.committed.has(good));
  expect(api.blurring.failed).toEqual([broken]);
});
