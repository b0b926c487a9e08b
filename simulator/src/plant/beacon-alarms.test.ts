import {
  type ActuatorState,
  type Alarm,
  type AlarmAnswer,
  type AlarmRules,
  topics,
} from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signMessage } from '@anshi/contracts/bus-signature';
import { describe, expect, it } from 'vitest';
import { Beacon, type BeaconOptions } from './beacon.ts';

const KEY = actuatorBusKey('a secret of the bus', 'demo', 'cell-beacon');
const ids = '0123456789ABCDEFGHJK';
const idOf = (n: number) => `01KAXXXXXXXXXXXXXXXXXXXXX${ids[n]}`;

function make(more: Partial<BeaconOptions> = {}) {
  let now = Date.parse('2026-11-27T08:00:00.000Z');
  const answers: AlarmAnswer[] = [];
  const states: ActuatorState[] = [];
  const beacon = new Beacon({
    name: 'cell-beacon',
    tenant: 'demo',
    key: KEY,
    answer: () => {},
    answerAlarm: (answer) => answers.push(answer),
    tell: (state) => states.push(state),
    now: () => now,
    ...more,
  });
  const at = (ms = 0) => new Date(now + ms).toISOString();
  const given = (n: number, changes: Partial<Alarm> = {}): Alarm => ({
    id: idOf(n),
    device: 'cell-beacon',
    worker: 'worker-1',
    violation: idOf(19),
    camera: 'hall-west',
    act: 'hall-west/p-1',
    light: 'flash',
    sound: true,
    holdSeconds: 10,
    maxSeconds: 30,
    at: at(),
    validUntil: at(10_000),
    ...changes,
  });
  const rulesOf = (changes: Partial<AlarmRules> = {}): AlarmRules => ({
    device: 'cell-beacon',
    active: true,
    workers: ['worker-1'],
    mutes: [],
    at: at(),
    ...changes,
  });
  return {
    beacon,
    answers,
    states,
    given,
    rulesOf,
    at,
    /** Publishes an alarm as a worker; by default as the one that it names. */
    send(alarm: Alarm, { by = alarm.worker, on = alarm.worker } = {}) {
      const topic = topics.alarm('demo', 'cell-beacon', on);
      beacon.takeAlarm(topic, Buffer.from(signMessage(alarmBusKey(KEY, by), topic, alarm, now)));
    },
    rule(rules: AlarmRules, key = KEY) {
      const topic = topics.alarmRules('demo', 'cell-beacon');
      beacon.takeRules(Buffer.from(signMessage(key, topic, rules, now)));
    },
    pass(ms: number) {
      now += ms;
      if (beacon.due() <= now) beacon.run();
    },
    get on() {
      const { light, sound } = states.at(-1)?.outputs ?? { light: 'off', sound: false };
      return `${light} ${sound}`;
    },
  };
}

describe('the alarms of a beacon', () => {
  it('switch it on, answer with what it reads back, and end by themselves', () => {
    const device = make();
    device.send(device.given(1));
    expect(device.answers).toMatchObject([
      { result: 'done', runs: idOf(1), readBack: { light: 'flash', sound: true } },
    ]);
    expect(device.on).toBe('flash true');
    device.pass(10_000);
    expect(device.on).toBe('off false');
  });

  it('prolong one another up to the longest time, and never begin twice', () => {
    const device = make();
    for (let n = 1; n <= 6; n++) {
      device.send(device.given(n, n % 2 ? {} : { act: 'hall-east/p-9' }));
      device.pass(5_000);
    }
    expect(device.answers.map(({ runs }) => runs)).toEqual(Array(6).fill(idOf(1)));
    // 30 s after the first one of the act that came last, which began after 5 s.
    expect(device.on).toBe('flash true');
    device.pass(5_000);
    expect(device.on).toBe('off false');
  });

  it('that come again are answered again and do nothing', () => {
    const device = make();
    const one = device.given(1);
    device.send(one);
    device.pass(9_000);
    device.send(one);
    expect(device.answers[1]).toEqual(device.answers[0]);
    device.pass(1_000);
    expect(device.on).toBe('off false');
  });

  it('of another worker, from the past or the future are not given', () => {
    const device = make();
    device.rule(device.rulesOf());
    // In the name of another one, on the topic of another one, or of one that is not enrolled.
    device.send(device.given(1), { by: 'worker-2' });
    device.send(device.given(2), { on: 'worker-2', by: 'worker-2' });
    device.send(device.given(3, { device: 'press-beacon' }));
    expect(device.answers).toEqual([]);
    device.send(device.given(4, { worker: 'worker-2' }));
    device.send(device.given(5, { at: device.at(-60_000), validUntil: device.at(-50_000) }));
    device.send(device.given(6, { at: device.at(60_000), validUntil: device.at(70_000) }));
    expect(device.answers.map(({ result, fault }) => [result, fault])).toEqual([
      ['refused', 'not-allowed'],
      ['refused', 'late'],
      ['refused', 'clock'],
    ]);
    expect(device.states).toEqual([]);
  });

  it('leave off what is muted, light and sound apart, until the mute ends', () => {
    const device = make();
    const sound = {
      id: idOf(7),
      light: false,
      sound: true,
      from: device.at(),
      until: device.at(5_000),
    };
    device.rule(device.rulesOf({ mutes: [sound] }));
    device.send(device.given(1));
    expect(device.answers[0]).toMatchObject({ result: 'done', fault: 'muted', muted: ['sound'] });
    expect(device.on).toBe('flash false');
    device.pass(5_000);
    expect(device.on).toBe('flash true');
    device.pass(5_000);
    const all = { ...sound, light: true, from: device.at(), until: device.at(60_000) };
    device.rule(device.rulesOf({ mutes: [all] }));
    device.send(device.given(2));
    expect(device.answers[1]).toMatchObject({
      result: 'refused',
      fault: 'muted',
      muted: ['light', 'sound'],
    });
    expect(device.on).toBe('off false');
    device.pass(60_000);
    device.send(device.given(3));
    expect(device.on).toBe('flash true');
  });

  it('of a speaker sound, are kept quiet by a mute of its sound, and are refused without a sound', () => {
    const device = make({ outputs: ['sound'] });
    device.send(device.given(1, { light: 'off' }));
    expect(device.answers[0]).toMatchObject({ result: 'done', readBack: { sound: true } });
    device.send(device.given(2, { sound: false }));
    expect(device.answers[1]).toMatchObject({ result: 'refused', fault: 'no-output' });
    const sound = { id: idOf(7), light: false, sound: true, from: device.at() };
    device.rule(device.rulesOf({ mutes: [{ ...sound, until: device.at(60_000) }] }));
    expect(device.states.at(-1)?.outputs).toEqual({ sound: false });
    device.send(device.given(3));
    expect(device.answers[2]).toMatchObject({ fault: 'muted', muted: ['sound'] });
  });

  it('are muted while they run', () => {
    const device = make();
    device.send(device.given(1));
    const sound = {
      id: idOf(7),
      light: false,
      sound: true,
      from: device.at(),
      until: device.at(60_000),
    };
    device.rule(device.rulesOf({ mutes: [sound] }));
    expect(device.on).toBe('flash false');
  });

  it('are not kept off by a forged mute, by an older one that comes again, or by one of another', () => {
    const device = make();
    const all = {
      id: idOf(7),
      light: true,
      sound: true,
      from: device.at(),
      until: device.at(3_600_000),
    };
    const muted = device.rulesOf({ mutes: [all] });
    device.rule(muted, actuatorBusKey('a secret of the bus', 'demo', 'press-beacon'));
    device.rule({ ...muted, device: 'press-beacon' });
    device.rule({ ...muted, at: device.at(60_000) });
    device.rule(muted);
    device.pass(1_000);
    // Ended before its time.
    device.rule(device.rulesOf());
    device.rule(muted);
    device.send(device.given(1));
    expect(device.on).toBe('flash true');
  });

  it('end at once where the device is put out of use, and no further one is given', () => {
    const device = make();
    device.rule(device.rulesOf());
    device.send(device.given(1));
    expect(device.on).toBe('flash true');
    device.pass(1_000);
    device.rule(device.rulesOf({ active: false }));
    expect(device.on).toBe('off false');
    device.send(device.given(2));
    expect(device.answers.at(-1)).toMatchObject({ result: 'refused', fault: 'out-of-use' });
    expect(device.on).toBe('off false');
  });

  it('without word of the API are taken from each worker with a key', () => {
    const device = make();
    device.send(device.given(1, { worker: 'worker-2' }));
    expect(device.on).toBe('flash true');
  });
});
