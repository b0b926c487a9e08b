import { type ActuatorState, type Command, type CommandResult, topics } from '@anshi/contracts';
import { actuatorBusKey, signMessage } from '@anshi/contracts/bus-signature';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Beacon, type BeaconOptions } from './beacon.ts';
import { readBeacons } from './beacons.ts';
import { controlActions } from './control-actions.ts';

const KEY = actuatorBusKey('a secret of the bus', 'demo', 'press-beacon');
const ids = '0123456789ABCDEFGHJK';
const idOf = (n: number) => `01KAXXXXXXXXXXXXXXXXXXXXX${ids[n]}`;

function make(more: Partial<BeaconOptions> = {}) {
  let now = Date.parse('2026-11-27T08:00:00.000Z');
  const answers: CommandResult[] = [];
  const states: ActuatorState[] = [];
  const beacon = new Beacon({
    name: 'press-beacon',
    tenant: 'demo',
    key: KEY,
    answer: (result) => answers.push(result),
    answerAlarm: () => {},
    tell: (state) => states.push(state),
    now: () => now,
    ...more,
  });
  const given = (n: number, changes: Partial<Command> = {}): Command => ({
    id: idOf(n),
    device: 'press-beacon',
    action: 'signal',
    parameters: { light: 'flash', sound: true, seconds: 60 },
    holdSeconds: 60,
    cause: 'manual',
    requestedBy: { kind: 'person', id: 'x' },
    act: null,
    reverses: null,
    at: new Date(now).toISOString(),
    validUntil: new Date(now + 30_000).toISOString(),
    ...changes,
  });
  const topic = topics.command('demo', 'press-beacon');
  const send = (command: Command, key = KEY, on = topic) =>
    beacon.take(Buffer.from(signMessage(key, on, command, now)));
  return {
    beacon,
    answers,
    states,
    given,
    send,
    pass(ms: number) {
      now += ms;
      if (beacon.due() <= now) beacon.run();
    },
  };
}

describe('the control of a simulated machine', () => {
  it('stops and runs slower when it is asked, is released after a minute, and takes no signal', () => {
    const { answers, states, given, send, pass } = make({ actions: controlActions, outputs: [] });
    const asked = { parameters: {}, holdSeconds: null };
    send(given(1, { ...asked, action: 'derate', parameters: { percent: 50 } }));
    expect(answers.at(-1)).toMatchObject({ result: 'done', readBack: { stop: false, limit: 50 } });
    send(given(2, { ...asked, action: 'controlled-stop' }));
    expect(answers.at(-1)).toMatchObject({ result: 'done', readBack: { stop: true, limit: 50 } });
    send(given(3));
    expect(answers.at(-1)).toMatchObject({ result: 'refused', fault: 'unknown-action' });
    pass(60_000);
    expect(states.at(-1)).toMatchObject({ outputs: { stop: false, limit: 100 }, until: null });
  });

  it('is read from the setting of the simulator', () => {
    expect(readBeacons(`a-1:control=${KEY}`)).toEqual([
      { name: 'a-1', key: KEY, outputs: [], isControl: true },
    ]);
  });
});

describe('a simulated beacon', () => {
  it('carries a command out, reads back, and goes off when its time is up', () => {
    const { answers, states, given, send, pass } = make();
    send(given(1));
    expect(answers.map(({ result }) => result)).toEqual(['accepted', 'done']);
    expect(answers[1]?.readBack).toEqual({ light: 'flash', sound: true });
    expect(states.at(-1)).toMatchObject({ online: true, outputs: { light: 'flash', sound: true } });
    pass(59_000);
    expect(states.at(-1)?.until).not.toBeNull();
    pass(1_000);
    expect(states.at(-1)).toMatchObject({ outputs: { light: 'off', sound: false }, until: null });
  });

  it('answers the same to an id that comes again, and does nothing', () => {
    const { answers, given, send, pass } = make();
    const one = given(1);
    send(one);
    send(given(2, { action: 'off', holdSeconds: null, parameters: {} }));
    pass(1_000);
    send(one);
    expect(answers.at(-1)).toEqual(answers[1]);
  });

  it('refuses what is late, of the future, or unknown, and does not hear what the API did not sign', () => {
    const { answers, states, given, send, pass } = make();
    const late = given(1);
    pass(30_000);
    send(late);
    send(given(2, { at: '2026-11-27T09:00:00.000Z', validUntil: '2026-11-27T09:01:00.000Z' }));
    send(given(3, { action: 'explode' }));
    expect(answers.map(({ result, fault }) => [result, fault])).toEqual([
      ['refused', 'late'],
      ['refused', 'clock'],
      ['refused', 'unknown-action'],
    ]);
    send(given(4), actuatorBusKey('a secret of the bus', 'demo', 'aisle-siren'));
    send(given(5), KEY, topics.command('demo', 'aisle-siren'));
    send(given(6, { device: 'aisle-siren' }));
    expect(answers).toHaveLength(3);
    expect(states.every(({ outputs }) => outputs.light === 'off')).toBe(true);
  });

  it('prolongs one alarm by the commands of one act, and that of another takes its place', () => {
    const { states, given, send, pass } = make();
    send(given(1, { act: idOf(9) }));
    pass(50_000);
    send(given(2, { act: idOf(9), holdSeconds: 5 }));
    const until = Date.parse(states.at(-1)?.until ?? '');
    send(given(3, { act: idOf(8), holdSeconds: 5 }));
    expect(Date.parse(states.at(-1)?.until ?? '')).toBeLessThan(until);
  });

  it('does each command once and none after its time, in whatever order they come and come again', () => {
    const step = fc.record({ n: fc.integer({ min: 0, max: 5 }), wait: fc.nat({ max: 20_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { answers, given, send, pass } = make();
        const commands = Array.from({ length: 6 }, (_, n) => given(n));
        const done = new Map<string, string>();
        let passed = 0;
        for (const { n, wait } of steps) {
          pass(wait);
          passed += wait;
          const before = answers.length;
          send(commands[n] as Command);
          const fresh = answers.slice(before).filter(({ result }) => result === 'done');
          for (const { id, at } of fresh) {
            // One that comes again has the answer of the first time.
            expect(done.get(id) ?? at).toBe(at);
            if (!done.has(id)) expect(passed).toBeLessThan(30_000);
            done.set(id, at);
          }
        }
      }),
    );
  });

  it('that is a speaker sounds, and says nothing of a light', () => {
    const { answers, states, given, send, pass } = make({ outputs: ['sound'] });
    send(given(1, { action: 'test', parameters: {}, holdSeconds: 3 }));
    expect(answers.at(-1)).toMatchObject({ result: 'done', readBack: { sound: true } });
    expect(states.at(-1)?.outputs).toEqual({ sound: true });
    pass(3_000);
    expect(states.at(-1)?.outputs).toEqual({ sound: false });
  });

  it('has its name and key from the settings', () => {
    expect(readBeacons(`a-1=${KEY},b:speaker=${KEY}`)).toEqual([
      { name: 'a-1', key: KEY, outputs: ['light', 'sound'] },
      { name: 'b', key: KEY, outputs: ['sound'] },
    ]);
    expect(readBeacons('')).toEqual([]);
    expect(() => readBeacons('a-1')).toThrow('ANSHI_SIM_ACTUATORS');
    expect(() => readBeacons(`a-1:lamp=${KEY}`)).toThrow('ANSHI_SIM_ACTUATORS');
  });
});
