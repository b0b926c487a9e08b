import { type CameraHealth, type HealthMinutes, topics, type WorkerStatus } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import { facts } from './facts.ts';
import type { BoardItem, HourView, OutageView, SettingView } from './schema.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  worker = await startWorker(site, api);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const send = <Body>(user: string, method: string, path: string, body?: object) =>
  api.send<Body>(user, method, path, body);
const board = async (subject: string, kind = 'camera') =>
  (await send<{ items: BoardItem[] }>('operator', 'GET', '/device-health')).body.items.find(
    (one) => one.subject === subject && one.kind === kind,
  );
const outagesOf = async (query: string) =>
  (await send<{ items: OutageView[]; open: number }>('operator', 'GET', `/device-outages?${query}`))
    .body;
/** Notices of a user of one kind, newest first. */
const notices = async (kind: string, user = 'maintainer') =>
  (
    await send<{
      items: {
        kind: string;
        title: { en: string };
        body: { en: string };
        link: string;
        severity: string;
        count: number;
      }[];
    }>(user, 'GET', '/notices?limit=100')
  ).body.items.filter((one) => one.kind === kind);

const now = () => new Date().toISOString();
const health = (more: Partial<CameraHealth> = {}): CameraHealth => ({
  camera: 'hall-west',
  worker: 'worker-1',
  at: now(),
  state: 'live',
  quality: 'excellent',
  reasons: [],
  fault: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  sourceFps: 15,
  analysedFps: 5,
  droppedShare: 0,
  reconnectsLastHour: 0,
  stallsLastHour: 0,
  decodeErrorsLastHour: 0,
  delayMs: 180,
  scene: [],
  lastFrameAt: now(),
  live: { available: true, reason: null },
  ...more,
});
const status = (more: Partial<WorkerStatus> = {}): WorkerStatus => ({
  worker: 'worker-1',
  online: true,
  at: now(),
  http: null,
  cameras: ['hall-west'],
  liveEngine: null,
  model: null,
  outbox: null,
  recording: true,
  disk: null,
  warnings: [],
  configuration: null,
  problem: null,
  ...more,
});
const sayHealth = (more: Partial<CameraHealth> = {}) =>
  worker.say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), health(more));
const sayStatus = (more: Partial<WorkerStatus> = {}) =>
  worker.say(topics.workerStatus('demo', 'worker-1'), status(more));
/** Repeats what a worker repeats, until something is so. */
async function saying<Value>(
  say: () => Promise<unknown>,
  look: () => Promise<Value>,
  what: string,
): Promise<NonNullable<Value>> {
  return until(async () => {
    await say();
    return look();
  }, what);
}

describe('an outage of a camera', () => {
  const fault = () => ({
    state: 'fault' as const,
    quality: 'offline' as const,
    fault: { code: 'stalled' as const, message: 'no picture', since: now() },
  });

  it('is told once after the grace time, with its reason, and its end is told once', async () => {
    const { body: before } = await send<SettingView>('maintainer', 'GET', '/device-health/setting');
    expect(before).toEqual({ graceSeconds: 10, delaySeconds: 5, version: 0 });
    const setting = { graceSeconds: 5, delaySeconds: 5, version: 0 };
    expect((await send('operator', 'PUT', '/device-health/setting', setting)).status).toBe(403);
    expect((await send('maintainer', 'PUT', '/device-health/setting', setting)).status).toBe(200);
    const again = await send('maintainer', 'PUT', '/device-health/setting', setting);
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'device-health.version-conflict', current: { version: 1 } },
    ]);

    await saying(sayHealth, async () => (await board('hall-west'))?.now === 'ok', 'it is well');
    const begun = fault();
    const open = await saying(
      () => sayHealth(begun),
      async () => (await outagesOf('subject=hall-west&open=true')).items[0],
      'the outage is on record',
    );
    expect(open).toMatchObject({
      kind: 'camera',
      fault: 'offline',
      cause: 'stalled',
      message: 'no picture',
      worker: 'worker-1',
      begunAt: begun.fault.since,
      endedAt: null,
    });
    const [first] = await saying(
      () => sayHealth(begun),
      async () => {
        const found = await notices('camera.offline');
        return found.length > 0 ? found : null;
      },
      'people are told',
    );
    expect(first).toMatchObject({
      severity: 'warning',
      link: '/device-health/camera/hall-west',
      title: { en: expect.stringMatching(/gives no picture$/) },
      body: { en: expect.stringContaining('no pictures come over an open connection') },
    });
    expect((await board('hall-west'))?.outage).toMatchObject({
      fault: 'offline',
      cause: 'stalled',
    });
    expect((await board('hall-west'))?.cells.at(-1)).toBe('x');

    await saying(
      sayHealth,
      async () => (await outagesOf('subject=hall-west&open=true')).items.length === 0,
      'the outage is over',
    );
    const both = await until(async () => {
      const found = await notices('camera.offline');
      return found.length >= 2 ? found : null;
    }, 'people are told that it is over');
    expect(both).toHaveLength(2);
    expect(both.map(({ count }) => count)).toEqual([1, 1]);
    expect(both[0]).toMatchObject({
      severity: 'info',
      title: { en: expect.stringMatching(/is back$/) },
    });
    const [over] = (await outagesOf('subject=hall-west')).items;
    expect(over).toMatchObject({
      id: open.id,
      toldAt: expect.any(String),
      endedAt: expect.any(String),
    });
  });

  it('that ends within the grace time is recorded and told to nobody', async () => {
    const told = (await notices('camera.tampered')).length;
    const scene = [{ fault: 'black' as const, since: now() }];
    await saying(
      () => sayHealth({ scene }),
      async () => (await outagesOf('subject=hall-west&fault=black')).items.length === 1,
      'the black picture is on record',
    );
    await saying(
      sayHealth,
      async () => (await outagesOf('subject=hall-west&open=true')).items.length === 0,
      'it is over',
    );
    const [over] = (await outagesOf('subject=hall-west&fault=black')).items;
    expect(over).toMatchObject({ toldAt: null, endedAt: expect.any(String) });
    expect(await notices('camera.tampered')).toHaveLength(told);
  });

  it('by a delay is one, too, and one of a picture has its own kind of notice', async () => {
    const since = now();
    const told = (await notices('camera.offline')).length;
    await saying(
      () => sayHealth({ delayMs: 9_000, scene: [{ fault: 'covered', since }] }),
      async () =>
        (await notices('camera.tampered')).length > 0 &&
        (await notices('camera.offline')).length > told,
      'people are told of both',
    );
    expect((await notices('camera.tampered'))[0]).toMatchObject({
      link: '/device-health/camera/hall-west',
      title: { en: expect.stringMatching(/is covered$/) },
    });
    expect((await notices('camera.offline'))[0]?.title.en).toMatch(/its pictures come late$/);
    await saying(
      sayHealth,
      async () => (await outagesOf('subject=hall-west&open=true')).items.length === 0,
      'both are over',
    );
  });
});

describe('an outage of a worker', () => {
  it('is told once, and not again for each of its cameras', async () => {
    const ofCameras = (await notices('camera.offline')).length;
    await saying(
      sayStatus,
      async () => (await board('worker-1', 'worker'))?.now === 'ok',
      'online',
    );
    const gone = { online: false, http: null, cameras: [] };
    await sayStatus(gone);
    const [told] = await until(async () => {
      const found = await notices('worker.offline');
      return found.length > 0 ? found : null;
    }, 'people are told');
    expect(told).toMatchObject({
      link: '/device-health/worker/worker-1',
      title: { en: 'worker-1: is away' },
      body: { en: expect.stringContaining('1 cameras are not watched') },
    });
    const { items } = await outagesOf('open=true');
    expect(items.map(({ kind, cause }) => [kind, cause]).sort()).toEqual([
      ['camera', 'worker-offline'],
      ['worker', 'worker-offline'],
    ]);
    expect(await notices('camera.offline')).toHaveLength(ofCameras);
    await saying(
      async () => {
        await sayStatus();
        await sayHealth();
      },
      async () => (await notices('worker.offline')).length === 2,
      'people are told that it is back',
    );
    await until(async () => (await outagesOf('open=true')).open === 0, 'nothing is open');
    expect(await notices('camera.offline')).toHaveLength(ofCameras);
  });
});

describe('minutes of a worker', () => {
  const running = Math.floor(Date.now() / 60_000) * 60_000;
  /** The beginning of a whole minute. */
  const minute = (ago: number) => new Date(running - ago * 60_000).toISOString();
  // The demonstration has minutes of the same camera.
  beforeAll(() =>
    database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.deviceHealthMinute.deleteMany({ where: { subject: 'hall-west' } });
      await tx.deviceHealthHour.deleteMany({ where: { subject: 'hall-west' } });
    }),
  );
  const camera = (more: object = {}) => ({
    camera: 'hall-west',
    watched: 1,
    fault: null,
    due: 300,
    dropped: 3,
    stalls: 0,
    reconnects: 0,
    decodeErrors: 1,
    delayMs: 210,
    grade: 'excellent' as const,
    reasons: [],
    scene: [],
    ...more,
  });
  const minutesOf = (...minutes: { at: string; cameras: object[] }[]) => ({
    worker: 'worker-1',
    minutes: minutes.map((one) => ({
      worker: { lagMs: 4, waiting: 0, recording: true, problem: null },
      ...one,
    })),
  });
  const post = (body: object) => api.post('/api/v1/ingest/health', body, worker.own);

  it('are added to hours once, however often they are sent', async () => {
    const before = await hourOf();
    const body: HealthMinutes = minutesOf(
      { at: minute(2), cameras: [camera({ reasons: ['stalls'], grade: 'fair', stalls: 2 })] },
      { at: minute(1), cameras: [camera({ delayMs: 900 })] },
    ) as HealthMinutes;
    for (let n = 0; n < 3; n++) expect((await post(body)).status).toBe(204);
    const sums = await hourOf();
    expect(sums.minutes - before.minutes).toBe(2);
    expect(sums.decodeErrors - before.decodeErrors).toBe(2);
    expect(sums.stalls - before.stalls).toBe(2);
    expect(sums.delayMs).toBeGreaterThanOrEqual(900);
    expect(sums.reasons).toContain('stalls');
  });

  /** The last two hours of the camera, which both may hold the minutes of a test. */
  async function hourOf() {
    const { body } = await send<{ items: HourView[] }>(
      'operator',
      'GET',
      '/device-health/hours?subject=hall-west&kind=camera&limit=2',
    );
    const sum = (name: 'minutes' | 'decodeErrors' | 'stalls') =>
      body.items.reduce((total, one) => total + one[name], 0);
    return {
      minutes: sum('minutes'),
      decodeErrors: sum('decodeErrors'),
      stalls: sum('stalls'),
      delayMs: Math.max(0, ...body.items.map(({ delayMs }) => delayMs ?? 0)),
      reasons: body.items.flatMap(({ reasons }) => reasons),
    };
  }

  it('of a camera that it never held are left out, and of another worker refused', async () => {
    const foreign = minutesOf({ at: minute(3), cameras: [camera({ camera: 'gate-9' })] });
    expect((await post(foreign)).status).toBe(204);
    const { body } = await send<{ items: object[] }>(
      'operator',
      'GET',
      '/device-health/hours?subject=gate-9',
    );
    expect(body.items).toEqual([]);
    const other = await post({ ...foreign, worker: 'worker-2' });
    expect([other.status, await other.json()]).toMatchObject([403, { code: 'device.other-name' }]);
    expect((await api.post('/api/v1/ingest/health', foreign, {})).status).toBe(401);
  });

  it('by a clock that is wrong, and not of whole minutes, change nothing', async () => {
    const before = await hourOf();
    const odd = new Date(Date.now() - 3_000_123).toISOString();
    const ahead = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000).toISOString();
    for (const at of [odd, ahead]) {
      expect((await post(minutesOf({ at, cameras: [camera()] }))).status).toBe(204);
    }
    expect(await hourOf()).toEqual(before);
    const broken = await post(minutesOf({ at: minute(4), cameras: [camera({ watched: 2 })] }));
    expect(broken.status).toBe(400);
  });

  it('[DQ-12] make a strip of the last day, and a time without them is one that was not watched', async () => {
    const times = [60, 59, 20, 19];
    for (const ago of times) {
      const off = ago === 19 ? { watched: 0, fault: 'ended', grade: 'offline' } : {};
      await post(minutesOf({ at: minute(ago), cameras: [camera(off)] }));
    }
    const item = await board('hall-west');
    expect(item?.cells).toHaveLength(144);
    expect(item?.cells).toContain('x');
    const gap = (await outagesOf('subject=hall-west')).items.find(
      ({ cause }) => cause === 'unrecorded',
    );
    expect(gap).toMatchObject({ begunAt: minute(58), endedAt: minute(20), toldAt: null });
    // The other devices of the plant are in the same view.
    const { body } = await send<{ items: BoardItem[] }>('operator', 'GET', '/device-health');
    expect(new Set(body.items.map(({ kind }) => kind))).toContain('worker');
  });
});

describe('the lists', () => {
  it('are exported as spreadsheets, and filtered by time', async () => {
    for (const path of ['/device-outages/export', '/device-health/hours/export']) {
      const headers = await api.signIn('operator');
      const csv = await api.get(`/api/v1${path}?format=csv&lang=en`, headers);
      expect(csv.status).toBe(200);
      const lines = (await csv.text()).trim().split('\n');
      expect(lines.length).toBeGreaterThan(1);
      const xlsx = await api.get(`/api/v1${path}`, headers);
      expect(
        Buffer.from(await xlsx.arrayBuffer())
          .subarray(0, 2)
          .toString(),
      ).toBe('PK');
    }
    const wrong = await send(
      'operator',
      'GET',
      '/device-outages?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    );
    expect([wrong.status, wrong.body]).toMatchObject([422, { code: 'device-health.range' }]);
    const old = await outagesOf('from=2024-01-01T00:00:00Z&to=2024-02-01T00:00:00Z');
    expect(old.items).toEqual([]);
  });

  it('hold the past week of the demonstration on the first day', async () => {
    const aisle = await board('aisle');
    expect(aisle?.cells).toMatch(/o{20}/);
    expect((await outagesOf('subject=aisle')).items.length).toBeGreaterThan(0);
  });

  it('lose what is over its term, and keep an outage that lasts', async () => {
    const later = new Date(Date.now() + 500 * 86_400_000);
    const left = await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      for (const { remove } of facts.purgers ?? []) await remove(tx, later, 50_000);
      const lasting = await tx.deviceOutage.count({ where: { endedAt: null } });
      const counts = [
        await tx.deviceHealthMinute.count(),
        await tx.deviceHealthHour.count(),
        (await tx.deviceOutage.count()) - lasting,
      ];
      return counts;
    });
    expect(left).toEqual([0, 0, 0]);
  });
});
