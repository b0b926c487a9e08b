import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Alarm,
  type AlarmAnswer,
  type AlarmLine,
  type AlarmPlan,
  type AlarmReported,
  type CameraConfig,
  topics,
} from '@anshi/contracts';
import { alarmBusKey, sealAlarmKeys } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signMessage, workerBusKey } from '@anshi/contracts/bus-signature';
import { pino } from 'pino';
import { vi } from 'vitest';
import { Alarms } from '../alarm/alarms.ts';
import { AlarmPlanStore } from '../alarm/plan.ts';
import { confirmedVerdict } from './findings.ts';

const SECRET = 'a secret of the bus, long enough';
/** The key that a worker shares with the API. */
export const workerKey = (worker: string) => workerBusKey(SECRET, 'demo', worker);
const KEY = workerKey('worker-1');
const log = pino({ level: 'silent' });
/** The key that `worker-1` shares with a device. */
export const keyOf = (device: string) =>
  alarmBusKey(actuatorBusKey(SECRET, 'demo', device), 'worker-1');

export const line = (changes: Partial<AlarmLine> = {}): AlarmLine => ({
  id: '01KAXXXXXXXXXXXXXXXXXXXXX1',
  cameras: [],
  areas: [],
  rules: [],
  severities: ['high'],
  soundIn: [],
  light: 'flash',
  sound: true,
  holdSeconds: 10,
  maxSeconds: 60,
  ...changes,
});
/** A camera with a zone in an area, and one in none. */
export const camera = {
  id: 'hall-west',
  zones: [{ id: 'cell', area: 'robot-cell' }, { id: 'assembly' }],
} as unknown as CameraConfig;
/** A plan of one line, for high severity, and two devices. */
export const planOf = (changes: Partial<AlarmPlan> = {}): AlarmPlan => ({
  worker: 'worker-1',
  lines: [line()],
  devices: [
    { device: 'cell-beacon', area: 'robot-cell', outputs: ['light', 'sound'] },
    { device: 'aisle-siren', area: 'main-aisle', outputs: ['light', 'sound'] },
  ],
  keys: sealAlarmKeys(KEY, {
    'cell-beacon': keyOf('cell-beacon'),
    'aisle-siren': keyOf('aisle-siren'),
  }),
  snoozes: [],
  at: new Date().toISOString(),
  ...changes,
});
/** A violation of high severity in the zone that has an area. */
export const inCell = () =>
  confirmedVerdict({ severity: 'high', zone: 'cell', rule: 'zone-intrusion' });

/**
 * The alarms of `worker-1` with their plan in a folder of their own, and clocks that the test moves.
 * To be closed after the test: it puts the timers back.
 */
export async function openAlarms() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const folder = await mkdtemp(join(tmpdir(), 'anshi-alarms-'));
  const file = join(folder, 'alarm-plan.json');
  const openPlan = () =>
    AlarmPlanStore.open({ tenant: 'demo', worker: 'worker-1', key: KEY, file, log });
  /** What no clock changes. */
  let ticks = 0;
  const world = {
    /** Where the plan is kept. */
    file,
    now: Date.now(),
    connected: true,
    sent: [] as { topic: string; alarm: Alarm; payload: Buffer }[],
    reports: [] as AlarmReported['data'][],
    /** A test that opens it again puts it here. */
    plan: await openPlan(),
    openPlan,
  };
  const alarms = new Alarms({
    tenant: 'demo',
    worker: 'worker-1',
    plan: { targets: (...of) => world.plan.targets(...of) },
    log,
    connected: () => world.connected,
    publish: (topic, text) =>
      world.sent.push({ topic, alarm: JSON.parse(text) as Alarm, payload: Buffer.from(text) }),
    report: (data) => world.reports.push(data),
    now: () => world.now,
    monotonic: () => ticks,
  });
  return Object.assign(world, {
    alarms,
    take: (message: AlarmPlan, key = KEY) =>
      world.plan.take(Buffer.from(signMessage(key, topics.alarmPlan('demo', 'worker-1'), message))),
    /** Lets time pass, on all clocks. */
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 100) {
        world.now += 100;
        ticks += 100;
        vi.advanceTimersByTime(100);
      }
    },
    /** The device answers the first alarm that was sent. */
    answer(changes: Partial<AlarmAnswer> = {}, key = keyOf('cell-beacon')) {
      const topic = topics.alarmAnswers('demo', 'cell-beacon', 'worker-1');
      const whole: AlarmAnswer = {
        id: world.sent[0]!.alarm.id,
        device: 'cell-beacon',
        worker: 'worker-1',
        result: 'done',
        fault: null,
        muted: [],
        runs: world.sent[0]!.alarm.id,
        readBack: { light: 'flash', sound: true },
        until: null,
        at: new Date(world.now).toISOString(),
        ...changes,
      };
      alarms.answer(topic, Buffer.from(signMessage(key, topic, whole, world.now)));
    },
    /** The devices that the plan names; null for an area that has none. */
    names: (verdict = inCell(), of = camera) =>
      world.plan.targets(verdict, of).map(({ device }) => device?.name ?? null),
    async close() {
      alarms.close();
      await world.plan.close();
      vi.useRealTimers();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
export type WorkerAlarms = Awaited<ReturnType<typeof openAlarms>>;
