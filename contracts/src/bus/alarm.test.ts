import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alarm, mutedOutputs, type RunningAlarm, runAlarm } from './alarm.ts';

const ID = '01KAXXXXXXXXXXXXXXXXXXXXX1';
const given = (changes: Partial<Alarm> = {}): Alarm => ({
  id: ID,
  device: 'cell-beacon',
  worker: 'worker-1',
  violation: '01KAXXXXXXXXXXXXXXXXXXXXX2',
  camera: 'hall-west',
  act: 'hall-west/p-1',
  light: 'flash',
  sound: false,
  holdSeconds: 10,
  maxSeconds: 30,
  at: '2026-11-27T08:00:00.000Z',
  validUntil: '2026-11-27T08:00:10.000Z',
  ...changes,
});

describe('an alarm that a device gives', () => {
  it('is prolonged by what comes while it runs, and begun by what comes after it', () => {
    const first = runAlarm(null, given(), 0);
    expect(first).toMatchObject({ id: ID, until: 10_000, light: 'flash' });
    const other = given({ id: '01KAXXXXXXXXXXXXXXXXXXXXX3', light: 'steady', sound: true });
    const longer = runAlarm(first, other, 8_000);
    expect(longer).toMatchObject({ id: ID, until: 18_000, light: 'flash', sound: true });
    expect(runAlarm(longer, other, 18_000)).toEqual({
      id: other.id,
      begun: { [other.act]: 18_000 },
      until: 28_000,
      light: 'steady',
      sound: true,
    });
  });

  it('never lasts longer than its longest time, and is never shortened', () => {
    const step = fc.record({ wait: fc.nat(9_999), hold: fc.integer({ min: 1, max: 600 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let running: RunningAlarm | null = null;
        for (const { wait, hold } of steps) {
          now += wait;
          const before: RunningAlarm | null = running;
          running = runAlarm(before, given({ holdSeconds: hold }), now);
          const [begun] = Object.values(running.begun);
          expect(running.until - begun!).toBeLessThanOrEqual(30_000);
          if (before && before.until > now) {
            expect(running.begun).toEqual(before.begun);
            expect(running.until).toBeGreaterThanOrEqual(before.until);
          }
        }
      }),
    );
  });
});

describe('an alarm of another act while one runs', () => {
  it('is heard in full, also where the first is near its longest time', () => {
    let running = runAlarm(null, given({ holdSeconds: 10 }), 0);
    for (const now of [8_000, 16_000, 24_000]) running = runAlarm(running, given(), now);
    expect(running.until).toBe(30_000);
    const other = given({ act: 'hall-west/p-2' });
    running = runAlarm(running, other, 29_000);
    expect(running.until).toBe(39_000);
    // The first has had its time; the second has not.
    expect(runAlarm(running, given(), 38_000).until).toBe(39_000);
    expect(runAlarm(running, other, 38_000).until).toBe(48_000);
  });

  it('does not sound for ever, however two acts take turns', () => {
    let running = runAlarm(null, given(), 0);
    let now = 0;
    for (; now < 200_000 && running.until > now; now += 5_000) {
      const act = (now / 5_000) % 2 === 0 ? 'hall-west/p-1' : 'hall-west/p-2';
      running = runAlarm(running, given({ act }), now);
    }
    expect(running.until).toBe(35_000);
  });
});

describe('a mute', () => {
  const mute = (light: boolean, sound: boolean) => ({
    id: ID,
    light,
    sound,
    from: '2026-11-27T08:00:00.000Z',
    until: '2026-11-27T09:00:00.000Z',
  });
  const at = (text: string) => Date.parse(`2026-11-27T${text}.000Z`);

  it('keeps light and sound off apart, from its beginning until its end', () => {
    expect(mutedOutputs([mute(false, true)], at('08:30:00'))).toEqual(['sound']);
    expect(mutedOutputs([mute(false, true), mute(true, false)], at('08:30:00'))).toEqual([
      'light',
      'sound',
    ]);
    expect(mutedOutputs([mute(true, true)], at('07:59:59'))).toEqual([]);
    expect(mutedOutputs([mute(true, true)], at('09:00:00'))).toEqual([]);
  });
});
