import { topics } from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  alarmOf,
  at,
  commandOf,
  GatewayWorld,
  KEY,
  LIGHT,
  SOUND,
} from './testing/gateway-world.ts';

let world: GatewayWorld;
beforeEach(async () => {
  world = await GatewayWorld.open();
});
afterEach(() => world.close());

describe('a gateway', () => {
  it('begins with the safe state, gives alarms, and goes to the safe state in their time', async () => {
    world.plc.setRegister(LIGHT, 2);
    world.plc.setCoil(SOUND, true);
    // A busy machine must not look like a PLC that does not answer.
    world.timeoutMs = 10_000;
    await world.start();
    expect(world.isOff()).toBe(true);
    await world.isOnline();
    const one = alarmOf({ holdSeconds: 1 });
    await world.sendAlarm(one);
    expect(await world.answerTo(one)).toMatchObject({
      result: 'done',
      runs: one.id,
      readBack: { light: 'flash', sound: true },
    });
    expect(world.isOn()).toBe(true);
    await world.until(() => world.isOff());
    await world.until(
      () => world.states.at(-1)?.until === null && world.states.at(-1)?.outputs.light === 'off',
    );
  });

  it('believes no alarm that is forged, of another worker, of the past or the future, and no forged mute', async () => {
    await world.sendRules();
    await world.start();
    await world.isOnline();
    await world.sendAlarm(alarmOf(), alarmBusKey(KEY, 'worker-2'));
    const all = { id: ulid(), light: true, sound: true, from: at(), until: at(3_600_000) };
    await world.sendRules({ mutes: [all] }, 'ab'.repeat(32));
    const other = alarmOf({ worker: 'worker-1', at: at(-60_000), validUntil: at(-50_000) });
    await world.sendAlarm(other);
    expect(await world.answerTo(other)).toMatchObject({ result: 'refused', fault: 'late' });
    const future = alarmOf({ at: at(60_000), validUntil: at(70_000) });
    await world.sendAlarm(future);
    expect(await world.answerTo(future)).toMatchObject({ result: 'refused', fault: 'clock' });
    expect(world.answers).toHaveLength(2);
    expect(world.begun()).toBe(0);
    const right = alarmOf();
    await world.sendAlarm(right);
    expect(await world.answerTo(right)).toMatchObject({ result: 'done', muted: [] });
  });

  it('keeps a mute on its disk, and gives the alarm after its end', async () => {
    await world.start();
    await world.isOnline();
    const sound = { id: ulid(), light: false, sound: true, from: at(), until: at(3_000) };
    await world.sendRules({ mutes: [sound] });
    const one = alarmOf();
    await world.sendAlarm(one);
    expect(await world.answerTo(one)).toMatchObject({
      result: 'done',
      fault: 'muted',
      muted: ['sound'],
    });
    expect(world.plc.coil(SOUND)).toBe(false);
    // The mute ends while the alarm goes on.
    await world.until(() => world.isOn());
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(sound.until));
    // Put out of use during the alarm.
    await world.sendRules({ active: false });
    await world.until(() => world.isOff());
    await world.bus.publishAsync(topics.alarmRules('demo', 'cell-beacon'), '', {
      qos: 1,
      retain: true,
    });
    await world.end('SIGKILL');
    await world.start();
    const two = alarmOf();
    await world.sendAlarm(two);
    expect(await world.answerTo(two)).toMatchObject({ result: 'refused', fault: 'out-of-use' });
  });

  it('sounds a speaker behind a coil, keeps it quiet while it is muted, and refuses a light', async () => {
    world.hasLight = false;
    world.timeoutMs = 10_000;
    world.plc.setCoil(SOUND, true);
    await world.start();
    await world.isOnline();
    // The safe state of what it has, with no line of the configuration for it.
    expect(world.plc.coil(SOUND)).toBe(false);
    const one = alarmOf({ light: 'off', holdSeconds: 1 });
    await world.sendAlarm(one);
    expect(await world.answerTo(one)).toMatchObject({
      result: 'done',
      fault: null,
      readBack: { sound: true },
    });
    expect(world.plc.writes).toContainEqual(expect.objectContaining({ of: 'coil', value: 1 }));
    await world.until(() => !world.plc.coil(SOUND));
    const test = commandOf({ action: 'test', parameters: {}, holdSeconds: 3 });
    await world.sendCommand(test);
    expect(await world.resultOf(test)).toMatchObject({ result: 'done', readBack: { sound: true } });
    const off = commandOf({ action: 'off', parameters: {}, holdSeconds: null });
    await world.sendCommand(off);
    expect(await world.resultOf(off)).toMatchObject({ result: 'done', readBack: { sound: false } });
    const light = alarmOf({ sound: false });
    await world.sendAlarm(light);
    expect(await world.answerTo(light)).toMatchObject({ result: 'refused', fault: 'no-output' });
    const mute = { id: ulid(), light: false, sound: true, from: at(), until: at(60_000) };
    await world.sendRules({ mutes: [mute] });
    const two = alarmOf({ light: 'off' });
    await world.sendAlarm(two);
    expect(await world.answerTo(two)).toMatchObject({
      result: 'refused',
      fault: 'muted',
      muted: ['sound'],
    });
    expect(world.plc.coil(SOUND)).toBe(false);
    expect(world.plc.writes.filter(({ of }) => of === 'register')).toEqual([]);
  });

  it('does what its list allows alone, and says what the device reads back', async () => {
    await world.start('    actions: [off, signal]\n');
    await world.isOnline();
    const signal = commandOf();
    await world.sendCommand(signal);
    expect(await world.resultOf(signal)).toMatchObject({
      result: 'done',
      readBack: { light: 'steady', sound: false },
    });
    const test = commandOf({ action: 'test', parameters: {}, holdSeconds: 3 });
    await world.sendCommand(test);
    expect(await world.resultOf(test)).toMatchObject({ result: 'refused', fault: 'not-allowed' });
    const alarm = alarmOf();
    await world.sendAlarm(alarm);
    expect(await world.answerTo(alarm)).toMatchObject({ result: 'refused', fault: 'not-allowed' });
    const strange = commandOf({ action: 'explode' });
    await world.sendCommand(strange);
    expect(await world.resultOf(strange)).toMatchObject({ fault: 'unknown-action' });
  });
});
