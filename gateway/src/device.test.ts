import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Alarm,
  type AlarmAnswer,
  type AlarmRules,
  type Outputs,
  topics,
} from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signMessage } from '@anshi/contracts/bus-signature';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceConfig } from './config.ts';
import { Device } from './device.ts';
import { DriverError } from './drivers/driver.ts';
import { Journal } from './journal.ts';

const KEY = actuatorBusKey('a secret of the bus, long enough', 'demo', 'cell-beacon');
const log = pino({ level: 'silent' });
const OFF = { light: 'off', sound: false };
const ON = { light: 'flash', sound: true };

let folder: string;
let journal: Journal;
let device: Device;
/** What the beacon has, and what of it does not move. */
let has: Outputs;
let stuck: Outputs;
let isAway: boolean;
let writes: Outputs[];
/** Wall time; and that which no clock changes. */
let wall: number;
let ticks: number;
let states: { online: boolean; until: string | null }[];
let answers: AlarmAnswer[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  folder = await mkdtemp(join(tmpdir(), 'anshi-device-'));
  journal = await Journal.open(join(folder, 'journal.json'), log);
  [has, stuck, isAway, writes, states, answers] = [{ ...ON }, {}, false, [], [], []];
  [wall, ticks] = [Date.now(), 0];
  device = new Device({
    config: {
      device: 'cell-beacon',
      key: KEY,
      actions: ['test', 'signal', 'off', 'alarm'],
      safe: OFF,
    } as unknown as DeviceConfig,
    tenant: 'demo',
    driver: {
      async write(wanted) {
        if (isAway) throw new DriverError('no-connection', 'it is away');
        writes.push(wanted);
        has = { ...has, ...wanted, ...stuck };
      },
      async read() {
        if (isAway) throw new DriverError('no-connection', 'it is away');
        return has;
      },
      async close() {},
    },
    journal,
    log,
    publish: (topic, text) => {
      if (topic.includes('alarm-answer')) answers.push(JSON.parse(text));
      else if (topic.includes('state')) states.push(JSON.parse(text));
    },
    now: () => wall,
    monotonic: () => ticks,
  });
});
afterEach(async () => {
  vi.useRealTimers();
  isAway = false;
  stuck = {};
  await device.close();
  await rm(folder, { recursive: true, force: true });
});

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    wall += 100;
    ticks += 100;
    await vi.advanceTimersByTimeAsync(100);
  }
}
const give = async (changes: Partial<Alarm> = {}) => {
  const given: Alarm = {
    id: ulid(),
    device: 'cell-beacon',
    worker: 'worker-1',
    violation: ulid(),
    camera: 'hall-west',
    act: 'hall-west/p-1',
    light: 'flash',
    sound: true,
    holdSeconds: 10,
    maxSeconds: 15,
    at: new Date(wall).toISOString(),
    validUntil: new Date(wall + 10_000).toISOString(),
    ...changes,
  };
  const topic = topics.alarm('demo', 'cell-beacon', 'worker-1');
  const text = signMessage(alarmBusKey(KEY, 'worker-1'), topic, given, wall);
  await device.take(topic, Buffer.from(text));
  return given;
};
const rule = (changes: Partial<AlarmRules> = {}) => {
  const topic = topics.alarmRules('demo', 'cell-beacon');
  const rules: AlarmRules = {
    device: 'cell-beacon',
    active: true,
    workers: ['worker-1'],
    mutes: [],
    at: new Date(wall).toISOString(),
    ...changes,
  };
  return device.take(topic, Buffer.from(signMessage(KEY, topic, rules, wall)));
};

describe('the outputs of a device', () => {
  it('go off in their time though the clock is set back an hour', async () => {
    await device.start();
    expect(has).toEqual(OFF);
    const first = await give();
    expect(answers.at(-1)).toMatchObject({ result: 'done', runs: first.id });
    expect(Date.parse(answers.at(-1)?.until as string)).toBe(wall + 10_000);
    wall -= 3_600_000;
    await pass(9_800);
    expect(has).toEqual(ON);
    await pass(400);
    expect(has).toEqual(OFF);
    expect(states.at(-1)).toMatchObject({ online: true, until: null });
  });

  it('are prolonged up to the longest time whatever the clock does, and begun again after it', async () => {
    await device.start();
    const first = await give();
    await pass(5_000);
    wall -= 3_600_000;
    await give();
    expect(answers.at(-1)).toMatchObject({ runs: first.id });
    await pass(9_800);
    expect(has).toEqual(ON);
    await pass(400);
    expect(has).toEqual(OFF);
    const next = await give();
    expect(answers.at(-1)).toMatchObject({ result: 'done', runs: next.id });
  });

  it('go to the safe state after a failed write, and the alarm that ran is over', async () => {
    await device.start();
    await give();
    isAway = true;
    await give();
    expect(answers.at(-1)).toMatchObject({ result: 'failed', fault: 'no-connection' });
    wall -= 3_600_000;
    isAway = false;
    await pass(1_200);
    expect(has).toEqual(OFF);
    const next = await give();
    expect(answers.at(-1)).toMatchObject({ result: 'done', runs: next.id });
  });

  it('that were told to be safe and are not are a fault, and are told again each second', async () => {
    stuck = { sound: true };
    await device.start();
    expect(device.fault).toBe('"sound" is true and is to be false');
    expect(states.at(-1)?.online).toBe(false);
    const before = writes.length;
    await pass(3_100);
    expect(writes.length).toBe(before + 3);
    stuck = {};
    await pass(1_100);
    expect(has).toEqual(OFF);
    expect(device.fault).toBeNull();
    expect(states.at(-1)?.online).toBe(true);
  });

  it('are tried again in a second where they were to be safe before their end', async () => {
    await device.start();
    await give({ holdSeconds: 60, maxSeconds: 60 });
    isAway = true;
    await rule({ active: false });
    isAway = false;
    await pass(1_200);
    expect(has).toEqual(OFF);
  });

  it('are safe after a stop, which takes nothing more and tries again', async () => {
    await device.start();
    await give();
    isAway = true;
    const closed = device.close();
    const late = give();
    await pass(1_000);
    isAway = false;
    vi.useRealTimers();
    await closed;
    await late;
    expect(has).toEqual(OFF);
    expect(answers).toHaveLength(1);
    await give();
    expect(has).toEqual(OFF);
    expect(answers).toHaveLength(1);
  });
});

describe('whose alarms a device takes', () => {
  it('is heard again after a time of the future was kept, and not written each minute', async () => {
    await device.start();
    const file = join(folder, 'journal.json');
    const right = wall;
    wall += 3_600_000;
    await rule({ active: false });
    wall = right;
    await rule();
    expect(journal.rules?.active).toBe(true);
    const first = await readFile(file, 'utf8');
    await pass(1_000);
    await rule();
    expect(await readFile(file, 'utf8')).toBe(first);
    expect(journal.rules?.at).toBe(new Date(wall).toISOString());
    // An older one is not believed, as before.
    await rule({ active: false, at: new Date(wall - 500).toISOString() });
    expect(journal.rules?.active).toBe(true);
  });
});
