import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, connectBus } from '../../platform/bus.ts';
import { createBusSigner } from '../../platform/bus-signer.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createJobs } from '../../platform/jobs/jobs.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { cameraHealth, workerStatus } from '../../testing/camera-health.ts';
import { loadedEvent, openAnnouncer, testModel } from '../../testing/models.ts';
import {
  BUS_KEYS_SECRET,
  busUser,
  CAMERAS,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { connectWorker, signed, startWorker } from '../../testing/worker.ts';
import { type CameraStates, followCameras } from '../cameras/health.ts';
import { LOST_WORKERS, scheduleModelReviews } from './job.ts';
import { createModelLog } from './log.ts';
import { createLostWorkers } from './lost.ts';

const HOUR = 3_600_000;
const log = pino({ level: 'silent' });
let site: Site;
let api: RunningApi;
let appUrl: string;
let database: Database;
let bus: Bus;
let states: CameraStates;
let announcer: Awaited<ReturnType<typeof openAnnouncer>>;
let client: MqttClient;
let leave: () => Promise<void>;
let owner: { authorization: string };
/** The test's clock advances from here by hours. */
const start = Date.now();
const hours = (n: number) => new Date(start + n * HOUR);
let clock = start;

beforeAll(async () => {
  site = await openSite();
  ({ appUrl } = await site.seededDatabase());
  const camerasFile = join(site.folder, 'two-cameras.yaml');
  const [, west = ''] = CAMERAS.split('cameras:\n');
  await writeFile(camerasFile, `${CAMERAS}${west.replace('id: hall-west', 'id: gate')}`);
  api = await startApi(site, appUrl, { camerasFile });
  database = openDatabase(appUrl);
  await makeUser(database, 'owner', ['model:read@all', 'model:manage@all', 'audit:read@all']);
  owner = await api.signIn('owner');
  announcer = await openAnnouncer(site, 'worker-1');
  ({ client, leave } = connectWorker(site, 'worker-1'));
  bus = connectBus(busUser(site, 'api', 'listens').url, 'listens-for-lost-workers', log);
  const live = { offer: () => {}, push: () => {} };
  states = followCameras({
    bus,
    log,
    tenant: 'demo',
    metrics: createMetrics(),
    live: live as never,
    leases: { renew: async () => new Map() },
    signer: createBusSigner(BUS_KEYS_SECRET, 'demo'),
    refusals: { note: () => {} },
    mayRead: () => true,
    now: () => clock,
  });
});
afterAll(async () => {
  await leave?.();
  await announcer?.stop();
  await bus?.close();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const lostWorkers = (listeningSince = start - 2 * HOUR) =>
  createLostWorkers({
    units: createUnits({ database, onError: (error) => log.error(error) }),
    states,
    listeningSince,
  });
const nobody = { lost: [], back: [] };

/** The worker's retained messages, and that they were received. */
async function say(at: Date, online: boolean, healthAt: Date): Promise<void> {
  const status = workerStatus({ online, at: at.toISOString() });
  const health = cameraHealth({ at: healthAt.toISOString() });
  clock = Math.max(clock, at.getTime(), healthAt.getTime());
  const send = (topic: string, message: object) =>
    client.publishAsync(topic, signed('worker-1', topic, message, clock), { qos: 1, retain: true });
  await send(topics.workerStatus('demo', 'worker-1'), status);
  await send(topics.cameraHealth('demo', 'worker-1', 'hall-west'), health);
  await until(
    () =>
      states.health('hall-west')?.at === health.at &&
      states.workers().some((one) => one.at === status.at && one.online === online),
    'the words are heard',
  );
}

interface Entry {
  version: string;
  camera: string | null;
  from: string;
  to: string | null;
  lost: boolean;
}
const entries = async () =>
  ((await (await api.get('/api/v1/models/log', owner)).json()) as { items: Entry[] }).items.map(
    ({ version, camera, from, to, lost }) => ({ version, camera, from, to, lost }),
  );
const loadedAt = (at: Date, version = '1.0.0') =>
  announcer.tell(loadedEvent('worker-1', at.toISOString(), [testModel(version)], ['hall-west']));
const span = (from: Date, to: Date | null, lost = false) => ({
  version: '1.0.0',
  camera: 'hall-west',
  from: from.toISOString(),
  to: to?.toISOString() ?? null,
  lost,
});

describe('the intervals of a lost worker', () => {
  it('[DQ-16] end at its last message, after a day without one', async () => {
    await loadedAt(hours(-3));
    // It dies at hour 2; the broker publishes that it is offline.
    await say(hours(0), true, hours(2));
    await say(hours(0), false, hours(2));
    expect(await lostWorkers().look('demo', hours(25))).toEqual(nobody);
    // Nor does a process that has just started listening end anything.
    expect(await lostWorkers(start + 27 * HOUR).look('demo', hours(27))).toEqual(nobody);
    expect(await entries()).toEqual([span(hours(-3), null)]);

    expect(await lostWorkers().look('demo', hours(27))).toEqual({ lost: ['worker-1'], back: [] });
    expect(await lostWorkers().look('demo', hours(28))).toEqual(nobody);
    expect(await entries()).toEqual([span(hours(-3), hours(2), true)]);
    const { items } = (await (await api.get('/api/v1/models/versions', owner)).json()) as {
      items: object[];
    };
    expect(items).toMatchObject([{ running: [], lastUnloadedAt: hours(2).toISOString() }]);
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-version', action: 'unload' } }),
    );
    expect(lines).toMatchObject([{ after: { worker: 'worker-1', lost: true } }]);
  });

  it('continue where it returns without an announcement: it kept running', async () => {
    await say(hours(30), true, hours(30));
    // A worker that has just returned may still announce its models.
    const early = new Date(hours(30).getTime() + 60_000);
    expect(await lostWorkers().look('demo', early)).toEqual(nobody);
    expect(await lostWorkers().look('demo', hours(30.5))).toEqual({ lost: [], back: ['worker-1'] });
    expect(await lostWorkers().look('demo', hours(31))).toEqual(nobody);
    expect(await entries()).toEqual([span(hours(2), null), span(hours(-3), hours(2), true)]);
  });

  it('end by its cameras’ last messages, where the broker never reported it offline', async () => {
    await say(hours(31), true, hours(31));
    expect(await lostWorkers().look('demo', hours(54))).toEqual(nobody);
    expect(await lostWorkers().look('demo', hours(56))).toEqual({ lost: ['worker-1'], back: [] });
    expect((await entries())[0]).toEqual(span(hours(2), hours(31), true));
  });

  it('do not continue where it restarted with an announcement', async () => {
    // An announcement of the future waits with its worker: it is written as the API will take it then.
    const units = createUnits({ database, onError: (error) => log.error(error) });
    const event = loadedEvent(
      'worker-1',
      hours(60).toISOString(),
      [testModel('1.1.0')],
      ['hall-west'],
    );
    await createModelLog({ units, notices: { notify: async () => {} }, tenant: 'demo' }).take(
      event,
    );
    await say(hours(60), true, hours(61));
    expect(await lostWorkers().look('demo', hours(61))).toEqual(nobody);
    const [newest, before] = await entries();
    expect(newest).toEqual({ ...span(hours(60), null), version: '1.1.0' });
    expect(before).toEqual(span(hours(2), hours(31), true));
  });

  it('end no earlier than its last violation, where the broker has no message', async () => {
    const silent = await openAnnouncer(site, 'worker-2');
    await silent.tell(
      loadedEvent('worker-2', hours(-3).toISOString(), [testModel('1.0.0')], ['gate']),
    );
    await silent.stop();
    const worker = await startWorker(site, api, 'worker-2', ['gate']);
    await worker.confirm({
      camera: 'gate',
      startedAt: hours(-1).toISOString(),
      confirmedAt: hours(-1).toISOString(),
      model: { name: 'ppe', version: '1.0.0' },
    });
    await worker.stop();
    expect((await lostWorkers().look('demo', hours(22))).lost).not.toContain('worker-2');
    expect((await lostWorkers().look('demo', hours(25))).lost).toContain('worker-2');
    const own = (await entries()).filter(({ camera }) => camera === 'gate');
    expect(own).toMatchObject([{ from: hours(-3).toISOString(), lost: true, camera: 'gate' }]);
    // When the API heard of it last, which is after what it judged.
    expect(Date.parse(own[0]?.to ?? '')).toBeGreaterThanOrEqual(hours(-1).getTime());
  });

  it('are checked hourly, also while the feature is off', async () => {
    const jobs = createJobs({ databaseUrl: appUrl, tenant: 'demo', log, pollSeconds: 0.5 });
    const looked: string[] = [];
    await scheduleModelReviews({
      reviews: { openByCalendar: async () => null } as never,
      drops: { look: async () => 0 },
      lost: {
        async look(tenant) {
          looked.push(tenant);
          return nobody;
        },
      },
      isOn: async () => false,
      jobs,
      timeZone: 'Asia/Shanghai',
    });
    await jobs.start();
    try {
      // The API of this file takes jobs, too: what it took does not come here.
      let sentAt = Number.NEGATIVE_INFINITY;
      await until(async () => {
        if (performance.now() - sentAt > 1_000) {
          sentAt = performance.now();
          await jobs.send(null, LOST_WORKERS, {});
        }
        return looked.includes('demo');
      }, 'the job looked');
    } finally {
      await jobs.stop();
    }
  });
});
