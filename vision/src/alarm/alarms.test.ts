import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
import {
  actuatorBusKey,
  signatureFault,
  signMessage,
  workerBusKey,
} from '@anshi/contracts/bus-signature';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { confirmedVerdict } from '../testing/findings.ts';
import { Alarms } from './alarms.ts';
import { AlarmPlanStore } from './plan.ts';

const SECRET = 'a secret of the bus, long enough';
const KEY = workerBusKey(SECRET, 'demo', 'worker-1');
const log = pino({ level: 'silent' });
const keyOf = (device: string) => alarmBusKey(actuatorBusKey(SECRET, 'demo', device), 'worker-1');
const line = (changes: Partial<AlarmLine> = {}): AlarmLine => ({
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
const camera = {
  id: 'hall-west',
  zones: [{ id: 'cell', area: 'robot-cell' }, { id: 'assembly' }],
} as unknown as CameraConfig;
const planOf = (changes: Partial<AlarmPlan> = {}): AlarmPlan => ({
  worker: 'worker-1',
  lines: [line()],
  devices: [
    { device: 'cell-beacon', area: 'robot-cell' },
    { device: 'aisle-siren', area: 'main-aisle' },
  ],
  keys: sealAlarmKeys(KEY, {
    'cell-beacon': keyOf('cell-beacon'),
    'aisle-siren': keyOf('aisle-siren'),
  }),
  snoozes: [],
  at: new Date().toISOString(),
  ...changes,
});

let folder: string;
let now: number;
/** What no clock changes. */
let ticks: number;
let connected: boolean;
let sent: { topic: string; alarm: Alarm; payload: Buffer }[];
let reports: AlarmReported['data'][];
let plan: AlarmPlanStore;
let alarms: Alarms;

const openPlan = () =>
  AlarmPlanStore.open({
    tenant: 'demo',
    worker: 'worker-1',
    key: KEY,
    file: join(folder, 'alarm-plan.json'),
    log,
  });
const take = (message: AlarmPlan, key = KEY) =>
  plan.take(Buffer.from(signMessage(key, topics.alarmPlan('demo', 'worker-1'), message)));

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = await mkdtemp(join(tmpdir(), 'anshi-alarms-'));
  now = Date.now();
  ticks = 0;
  connected = true;
  sent = [];
  reports = [];
  plan = await openPlan();
  alarms = new Alarms({
    tenant: 'demo',
    worker: 'worker-1',
    plan: { targets: (...of) => plan.targets(...of) },
    log,
    connected: () => connected,
    publish: (topic, text) =>
      sent.push({ topic, alarm: JSON.parse(text) as Alarm, payload: Buffer.from(text) }),
    report: (data) => reports.push(data),
    now: () => now,
    monotonic: () => ticks,
  });
});
afterEach(async () => {
  alarms.close();
  await plan.close();
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const inCell = () => confirmedVerdict({ severity: 'high', zone: 'cell', rule: 'zone-intrusion' });
const pass = (ms: number) => {
  for (let left = ms; left > 0; left -= 100) {
    now += 100;
    ticks += 100;
    vi.advanceTimersByTime(100);
  }
};
const answer = (changes: Partial<AlarmAnswer> = {}, key = keyOf('cell-beacon')) => {
  const topic = topics.alarmAnswers('demo', 'cell-beacon', 'worker-1');
  const whole: AlarmAnswer = {
    id: sent[0]!.alarm.id,
    device: 'cell-beacon',
    worker: 'worker-1',
    result: 'done',
    fault: null,
    muted: [],
    runs: sent[0]!.alarm.id,
    readBack: { light: 'flash', sound: true },
    until: null,
    at: new Date(now).toISOString(),
    ...changes,
  };
  alarms.answer(topic, Buffer.from(signMessage(key, topic, whole, now)));
};
const names = (verdict = inCell(), of = camera) =>
  plan.targets(verdict, of).map(({ device }) => device?.name ?? null);

describe('the alarm plan of a worker', () => {
  it('names the devices of the area of a violation, by severity, camera and rule', () => {
    take(planOf());
    expect(names()).toEqual(['cell-beacon']);
    expect(names(confirmedVerdict({ severity: 'medium', zone: 'cell' }))).toEqual([]);
    // The area has no device, or the zone has no area.
    expect(names(confirmedVerdict({ severity: 'high', zone: 'assembly' }))).toEqual([null]);
    // A line has no zone: each area that the zones of the camera name.
    expect(names(confirmedVerdict({ severity: 'high', zone: null, line: 'gate' }))).toEqual([
      'cell-beacon',
    ]);
    const lines = [
      line({ soundIn: ['main-aisle'], areas: ['robot-cell'], rules: ['zone-intrusion'] }),
      line({ cameras: ['hall-west'], sound: false }),
    ];
    now += 1000;
    take(planOf({ lines, at: new Date(Date.now() + 1).toISOString() }));
    expect(names()).toEqual(['aisle-siren', 'cell-beacon']);
    expect(names(confirmedVerdict({ severity: 'high', zone: 'cell', rule: 'running' }))).toEqual([
      'cell-beacon',
    ]);
  });

  it('is kept on the disk, and the one with the later time counts', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const old = planOf({ lines: [], at: at(-1000) });
    take(planOf({ at: at(0) }));
    take(old);
    expect(names()).toEqual(['cell-beacon']);
    await plan.close();
    plan = await openPlan();
    expect(names()).toEqual(['cell-beacon']);
    take(old);
    expect(plan.lines).toBe(1);
  });

  it('that comes again with a new time is taken, and writes nothing to the disk', async () => {
    const file = join(folder, 'alarm-plan.json');
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    take(planOf({ at: at(-2_000) }));
    await plan.close();
    const first = await readFile(file, 'utf8');
    // Its keys are sealed again, and are the same.
    take(planOf({ at: at(-1_000) }));
    await plan.close();
    expect(await readFile(file, 'utf8')).toBe(first);
    // It counts all the same: what is older is not believed.
    take(planOf({ lines: [], at: at(-1_500) }));
    expect(plan.lines).toBe(1);
    take(planOf({ lines: [line(), line()], at: at(-500) }));
    await plan.close();
    expect(await readFile(file, 'utf8')).not.toBe(first);
  });

  it('that was kept counts with a clock that is behind, and gives way to the next of the API', async () => {
    const wrong = vi.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
    take(planOf({ at: new Date(now + 3_600_000).toISOString() }));
    await plan.close();
    wrong.mockRestore();
    plan = await openPlan();
    expect(names()).toEqual(['cell-beacon']);
    take(planOf({ lines: [], at: new Date(now).toISOString() }));
    expect(plan.lines).toBe(0);
  });

  it('is not believed forged, for another worker, of the future, or with keys of another', () => {
    take(planOf(), workerBusKey(SECRET, 'demo', 'worker-2'));
    take(planOf({ worker: 'worker-2' }));
    take(planOf({ at: new Date(Date.now() + 60_000).toISOString() }));
    take(planOf({ keys: sealAlarmKeys(workerBusKey(SECRET, 'demo', 'worker-2'), {}) }));
    expect(plan.lines).toBe(0);
    expect(names()).toEqual([]);
  });
});

describe('an alarm of a worker', () => {
  beforeEach(() => take(planOf()));

  it('is signed for its device, and sent with the same id until that one answers', () => {
    alarms.confirmed(inCell(), camera);
    expect(sent[0]?.topic).toBe('anshi/v1/demo/alarm/cell-beacon/worker-1');
    const { topic, payload } = sent[0]!;
    expect(signatureFault(keyOf('cell-beacon'), topic, payload, now)).toBeNull();
    expect(sent[0]?.alarm).toMatchObject({ act: 'hall-west/a-1', light: 'flash', holdSeconds: 10 });
    pass(1_500);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(new Set(sent.map(({ alarm }) => alarm.id)).size).toBe(1);
    answer();
    const count = sent.length;
    pass(20_000);
    expect(sent).toHaveLength(count);
    expect(reports.map(({ state }) => state)).toEqual(['raised', 'done']);
  });

  it('is reported silent after 3 s, also while the broker is away, and never sent after its time', () => {
    connected = false;
    alarms.confirmed(inCell(), camera);
    pass(3_000);
    expect(reports.map(({ state, fault }) => [state, fault])).toEqual([
      ['raised', null],
      ['silent', 'no-connection'],
    ]);
    connected = true;
    pass(1_000);
    expect(sent.length).toBeGreaterThan(0);
    pass(6_000);
    const count = sent.length;
    pass(10_000);
    expect(sent).toHaveLength(count);
    // It answers late: what is known is told.
    answer({ result: 'refused', fault: 'late', runs: null, readBack: null });
    expect(reports.at(-1)).toMatchObject({ state: 'refused', fault: 'late' });
  });

  it('is sent and reported as soon where the clock of the worker is set back or on', () => {
    alarms.confirmed(inCell(), camera);
    const first = sent.length;
    now -= 3_600_000;
    pass(3_000);
    expect(sent.length).toBeGreaterThanOrEqual(first + 5);
    expect(reports.map(({ state }) => state)).toEqual(['raised', 'silent']);
    pass(8_000);
    const count = sent.length;
    pass(5_000);
    expect(sent).toHaveLength(count);
    // The other way it is not over early.
    alarms.confirmed(inCell(), camera);
    now += 7_200_000;
    pass(1_000);
    expect(sent.length).toBeGreaterThanOrEqual(count + 2);
    expect(reports.at(-1)?.state).toBe('raised');
  });

  it('has no answer by another device, of another alarm, or forged', () => {
    alarms.confirmed(inCell(), camera);
    answer({}, keyOf('aisle-siren'));
    answer({ id: '01KAXXXXXXXXXXXXXXXXXXXXX9' });
    expect(reports.map(({ state }) => state)).toEqual(['raised']);
    answer({ readBack: { light: 'off', sound: true } });
    expect(reports.at(-1)).toMatchObject({ state: 'failed', fault: 'output' });
  });

  it('is not wrong where what stays off is muted', () => {
    alarms.confirmed(inCell(), camera);
    answer({ fault: 'muted', muted: ['sound'], readBack: { light: 'flash', sound: false } });
    expect(reports.at(-1)).toMatchObject({ state: 'done', muted: ['sound'] });
  });

  it('that no device can give is reported as such', () => {
    alarms.confirmed(confirmedVerdict({ severity: 'high', zone: 'assembly' }), camera);
    expect(sent).toEqual([]);
    expect(reports).toMatchObject([{ state: 'no-device', device: null }]);
  });
});

describe('a snooze', () => {
  const SNOOZE = '01KAXXXXXXXXXXXXXXXXXXXXX7';
  const snoozed = (changes: Partial<AlarmPlan['snoozes'][number]> = {}) =>
    take(
      planOf({
        lines: [line({ severities: ['low', 'medium', 'high'] })],
        snoozes: [
          {
            id: SNOOZE,
            camera: 'hall-west',
            zone: null,
            rule: null,
            high: false,
            from: new Date(now).toISOString(),
            until: new Date(now + 60_000).toISOString(),
            ...changes,
          },
        ],
        at: new Date(now).toISOString(),
      }),
    );
  const given = (severity: 'medium' | 'high') => {
    sent = [];
    reports = [];
    const verdict = confirmedVerdict({ severity, zone: 'cell', rule: 'zone-intrusion' });
    alarms.confirmed(verdict, camera);
    return sent.length > 0;
  };

  it('gives no alarm while it holds, and reports that it rests', () => {
    snoozed();
    expect(given('medium')).toBe(false);
    expect(reports).toMatchObject([
      { state: 'refused', fault: 'snoozed', snooze: SNOOZE, device: 'cell-beacon' },
    ]);
    // High severity rests only where a second person approved it.
    expect(given('high')).toBe(true);
    expect(reports[0]).not.toHaveProperty('snooze');
    pass(60_000);
    expect(given('medium')).toBe(true);
  });

  it('is of its zone and rule alone, and of high severity where the plan says so', () => {
    snoozed({ high: true, zone: 'cell' });
    expect(given('high')).toBe(false);
    now += 1_000;
    snoozed({ high: true, zone: 'assembly' });
    expect(given('high')).toBe(true);
    now += 1_000;
    snoozed({ high: true, rule: 'no-such-rule' });
    expect(given('high')).toBe(true);
    now += 1_000;
    snoozed({ high: true, camera: 'hall-east' });
    expect(given('high')).toBe(true);
  });

  it('holds after a restart without the API, and not with a clock that was set back behind it', async () => {
    snoozed({ high: true });
    await plan.close();
    plan = await openPlan();
    expect(given('high')).toBe(false);
    now -= 3_600_000;
    expect(given('high')).toBe(true);
  });
});
