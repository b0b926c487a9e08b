import { topics } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bus, connectBus } from '../../platform/bus.ts';
import { createBusSigner } from '../../platform/bus-signer.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { cameraHealth, workerStatus } from '../../testing/camera-health.ts';
import {
  BUS_KEYS_SECRET,
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { connectWorker, signed } from '../../testing/worker.ts';
import { type CameraStates, followCameras } from '../cameras/health.ts';
import { notifyOfOutages } from './outages.ts';

const MINUTE = 60_000;
const log = pino({ level: 'silent' });
let site: Site;
let api: RunningApi;
let superUrl: string;
let database: Database;
let bus: Bus;
let states: CameraStates;
let client: MqttClient;
let leave: () => Promise<void>;
const start = Date.now();
const minutes = (n: number) => new Date(start + n * MINUTE);

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  superUrl = urls.superUrl;
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  ({ client, leave } = connectWorker(site, 'worker-1'));
  bus = connectBus(busUser(site, 'api', 'listens').url, 'listens-for-outages', log);
  states = followCameras({
    bus,
    log,
    tenant: 'demo',
    metrics: createMetrics(),
    live: { offer: () => {}, push: () => {} } as never,
    leases: { renew: async () => new Map() },
    signer: createBusSigner(BUS_KEYS_SECRET, 'demo'),
    refusals: { note: () => {} },
  });
});
afterAll(async () => {
  await leave?.();
  await bus?.close();
  await database?.close();
  await api?.stop();
  await site?.stop();
});
beforeEach(async () => {
  const admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
  await admin.query('TRUNCATE notice CASCADE');
  await admin.end();
});

const look = (now: Date) =>
  notifyOfOutages(
    {
      units: createUnits({ database, onError: (error) => log.error(error) }),
      notices: createNotices({ written: () => undefined }),
      states,
      configuration: {
        file: {
          cameras: ['hall-west', 'hall-east'].map((id) => ({ id, name: { zh: id, en: id } })),
        },
      } as never,
      timeZone: 'Asia/Shanghai',
    },
    'demo',
    now,
  );

interface Shown {
  kind: string;
  title: { zh: string; en: string };
  body: { zh: string; en: string };
  link: string;
  count: number;
}
async function told(user: string): Promise<Shown[]> {
  const answer = await api.get('/api/v1/notices', await api.signIn(user));
  const { items } = (await answer.json()) as { items: Shown[] };
  // Not those of the demonstration.
  return items.filter(({ kind }) => kind !== 'workflow.assigned');
}

/** What the worker says of itself and of its two cameras, heard. */
async function say(online: boolean, downSince: Date | null): Promise<void> {
  const at = new Date().toISOString();
  const status = workerStatus({
    online,
    at: minutes(-600).toISOString(),
    cameras: ['hall-west', 'hall-east'],
  });
  const health = (camera: string, since: Date | null) =>
    cameraHealth({
      camera,
      at,
      state: since ? 'fault' : 'live',
      quality: since ? 'offline' : 'excellent',
      fault: since && {
        code: 'unreachable',
        message: 'Nothing answers.',
        since: since.toISOString(),
      },
    });
  const send = (topic: string, message: object) =>
    client.publishAsync(topic, signed('worker-1', topic, message), { qos: 1, retain: true });
  await send(topics.workerStatus('demo', 'worker-1'), status);
  await send(topics.cameraHealth('demo', 'worker-1', 'hall-west'), health('hall-west', downSince));
  await send(topics.cameraHealth('demo', 'worker-1', 'hall-east'), health('hall-east', null));
  await until(
    () =>
      states.health('hall-east')?.at === at &&
      states.workers().some((one) => one.worker === 'worker-1' && one.online === online),
    'the words are heard',
  );
}

it('a camera that is down for five minutes is notified once, to viewers and operators', async () => {
  await say(true, minutes(0));
  expect(await look(minutes(4))).toBe(0);
  expect(await told('operator')).toEqual([]);
  for (const now of [6, 7, 30]) expect(await look(minutes(now))).toBe(1);
  const [notice, ...more] = await told('operator');
  expect(more).toEqual([]);
  expect(notice).toMatchObject({
    kind: 'system.problem',
    title: { zh: '摄像机无画面：hall-west', en: 'No picture from hall-west' },
    body: { zh: expect.stringContaining('地址无应答'), en: expect.stringContaining('nothing') },
    link: '/cameras',
    count: 1,
  });
  for (const user of ['safety', 'admin']) expect(await told(user)).toHaveLength(1);
  for (const user of ['manager', 'worker.press']) expect(await told(user)).toEqual([]);
});

it('a camera that recovers and fails again is notified again, with a rate limit', async () => {
  await say(true, minutes(-120));
  await look(minutes(-110));
  await say(true, null);
  expect(await look(minutes(-100))).toBe(0);
  await say(true, minutes(10));
  expect(await look(minutes(16))).toBe(1);
  // The first was written now: within the hour, the next says nothing new.
  expect(await told('operator')).toMatchObject([{ count: 1 }]);
  expect(await look(minutes(75))).toBe(1);
  // By the clock of the database both are of this minute, and so one notice.
  expect(await told('operator')).toMatchObject([{ count: 2 }]);
});

it('a lost worker is notified once, not each of its cameras', async () => {
  await say(false, null);
  expect(await look(minutes(20))).toBe(1);
  const [notice, ...more] = await told('operator');
  expect(more).toEqual([]);
  expect(notice?.title.en).toBe('Camera worker offline: worker-1');
  expect(notice?.body.zh).toContain('2 台摄像机');
});

it('every process looks each minute, as a job of the queue', async () => {
  const admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
  const { rows } = await admin.query("SELECT cron FROM pgboss.schedule WHERE name LIKE '%outages'");
  await admin.end();
  expect(rows).toEqual([{ cron: '* * * * *' }]);
});
