import { type AlarmPlan, type AlarmRules, topics } from '@anshi/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { publishAlarmPlan } from './publish.ts';

let published: { topic: string; message: AlarmPlan | AlarmRules }[];
let errors: object[];
let refused: Set<string>;
let areas: string[];
let loop: Loop;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [published, errors, refused, areas] = [[], [], new Set(), ['robot-cell']];
  const log = pino({ level: 'silent' });
  log.error = ((details: object, text: string) => errors.push({ ...details, text })) as never;
  const key = 'ab'.repeat(32);
  const signer = {
    keyOf: () => key,
    sign: (_: string, __: string, it: object) => JSON.stringify(it),
  };
  const line = {
    id: 'line-1',
    cameras: [],
    rules: [],
    severities: ['high'],
    soundIn: [],
    light: 'flash',
    sound: true,
    holdSeconds: 10,
    maxSeconds: 60,
  };
  const tx = {
    alarmLine: { findMany: async () => [{ ...line, areas }] },
    siteDevice: {
      findMany: async () => [{ device: 'cell-beacon', areaId: 'robot-cell', active: true }],
    },
    deviceCredential: {
      findMany: async ({ where: { kind } }: { where: { kind: string } }) =>
        (kind === 'worker' ? ['worker-1', 'worker-2'] : []).map((name) => ({
          name,
          revokedAt: null,
          expiresAt: null,
        })),
    },
    alarmMute: { findMany: async () => [] },
    snooze: { findMany: async () => [] },
  };
  loop = publishAlarmPlan({
    bus: {
      connected: true,
      connectedSince: 1,
      async publishRetainedAcknowledged(topic: string, text: string) {
        if (refused.has(topic)) throw new Error('the broker does not answer');
        published.push({ topic, message: JSON.parse(text) });
      },
    },
    busSigner: signer,
    actuatorSigner: signer,
    database: { transaction: (_: object, work: (it: object) => unknown) => work(tx) },
    features: { isOn: () => true },
    settings: { tenant: 'demo' },
    log,
  } as unknown as Platform);
});
afterEach(async () => {
  await loop.close();
  vi.useRealTimers();
});

const plans = ['worker-1', 'worker-2'].map((worker) => topics.alarmPlan('demo', worker));
const rules = topics.alarmRules('demo', 'cell-beacon');
const sent = () => published.splice(0).map(({ topic }) => topic);

it('plan and rules are published again each minute, with a new time', async () => {
  await vi.advanceTimersByTimeAsync(6_000);
  const first = published.map(({ message }) => message.at);
  expect(sent()).toEqual([rules, ...plans]);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(sent()).toEqual([]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(published.every(({ message }, n) => message.at >= first[n]!)).toBe(true);
  expect(sent()).toEqual([rules, ...plans]);
});

it('one topic that fails costs the others nothing, and is tried again', async () => {
  refused.add(rules).add(plans[0]!);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(sent()).toEqual([plans[1]]);
  refused.clear();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(sent()).toEqual([rules, plans[0]]);
});

it('a plan that is too large for the broker is not sent, and the log says what to do', async () => {
  areas = Array.from({ length: 20_000 }, (_, n) => `area-number-${n}`);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent()).toEqual([rules]);
  expect(errors).toHaveLength(2);
  expect(errors[0]).toMatchObject({
    topic: plans[0],
    text: expect.stringContaining('name fewer areas and cameras'),
  });
  areas = ['robot-cell'];
  await vi.advanceTimersByTimeAsync(6_000);
  expect(sent()).toEqual(plans);
});
