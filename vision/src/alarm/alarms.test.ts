import { signatureFault } from '@anshi/contracts/bus-signature';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  camera,
  inCell,
  keyOf,
  line,
  openAlarms,
  planOf,
  type WorkerAlarms,
} from '../testing/alarms.ts';
import { confirmedVerdict } from '../testing/findings.ts';

let world: WorkerAlarms;
beforeEach(async () => {
  world = await openAlarms();
});
afterEach(() => world?.close());

describe('an alarm of a worker', () => {
  beforeEach(() => world.take(planOf()));

  it('is signed for its device, and sent with the same id until that one answers', () => {
    world.alarms.confirmed(inCell(), camera);
    expect(world.sent[0]?.topic).toBe('anshi/v1/demo/alarm/cell-beacon/worker-1');
    const { topic, payload } = world.sent[0]!;
    expect(signatureFault(keyOf('cell-beacon'), topic, payload, world.now)).toBeNull();
    expect(world.sent[0]?.alarm).toMatchObject({
      act: 'hall-west/a-1',
      light: 'flash',
      holdSeconds: 10,
    });
    world.pass(1_500);
    expect(world.sent.length).toBeGreaterThanOrEqual(3);
    expect(new Set(world.sent.map(({ alarm }) => alarm.id)).size).toBe(1);
    world.answer();
    const count = world.sent.length;
    world.pass(20_000);
    expect(world.sent).toHaveLength(count);
    expect(world.reports.map(({ state }) => state)).toEqual(['raised', 'done']);
  });

  it('is reported silent after 3 s, also while the broker is away, and never sent after its time', () => {
    world.connected = false;
    world.alarms.confirmed(inCell(), camera);
    world.pass(3_000);
    expect(world.reports.map(({ state, fault }) => [state, fault])).toEqual([
      ['raised', null],
      ['silent', 'no-connection'],
    ]);
    world.connected = true;
    world.pass(1_000);
    expect(world.sent.length).toBeGreaterThan(0);
    world.pass(6_000);
    const count = world.sent.length;
    world.pass(10_000);
    expect(world.sent).toHaveLength(count);
    // It answers late: what is known is told.
    world.answer({ result: 'refused', fault: 'late', runs: null, readBack: null });
    expect(world.reports.at(-1)).toMatchObject({ state: 'refused', fault: 'late' });
  });

  it('is sent and reported as soon where the clock of the worker is set back or on', () => {
    world.alarms.confirmed(inCell(), camera);
    const first = world.sent.length;
    world.now -= 3_600_000;
    world.pass(3_000);
    expect(world.sent.length).toBeGreaterThanOrEqual(first + 5);
    expect(world.reports.map(({ state }) => state)).toEqual(['raised', 'silent']);
    world.pass(8_000);
    const count = world.sent.length;
    world.pass(5_000);
    expect(world.sent).toHaveLength(count);
    // The other way it is not over early.
    world.alarms.confirmed(inCell(), camera);
    world.now += 7_200_000;
    world.pass(1_000);
    expect(world.sent.length).toBeGreaterThanOrEqual(count + 2);
    expect(world.reports.at(-1)?.state).toBe('raised');
  });

  it('has no answer by another device, of another alarm, or forged', () => {
    world.alarms.confirmed(inCell(), camera);
    world.answer({}, keyOf('aisle-siren'));
    world.answer({ id: '01KAXXXXXXXXXXXXXXXXXXXXX9' });
    expect(world.reports.map(({ state }) => state)).toEqual(['raised']);
    world.answer({ readBack: { light: 'off', sound: true } });
    expect(world.reports.at(-1)).toMatchObject({ state: 'failed', fault: 'output' });
  });

  it('is not wrong where what stays off is muted', () => {
    world.alarms.confirmed(inCell(), camera);
    world.answer({ fault: 'muted', muted: ['sound'], readBack: { light: 'flash', sound: false } });
    expect(world.reports.at(-1)).toMatchObject({ state: 'done', muted: ['sound'] });
  });

  it('that no device can give is reported as such', () => {
    world.alarms.confirmed(confirmedVerdict({ severity: 'high', zone: 'assembly' }), camera);
    expect(world.sent).toEqual([]);
    expect(world.reports).toMatchObject([{ state: 'no-device', device: null, fault: null }]);
  });

  it('of a line that lights only is not sent to a speaker, and the report says why', () => {
    const speaker = { device: 'cell-beacon', area: 'robot-cell', outputs: ['sound' as const] };
    const lines = [line({ sound: false })];
    world.take(planOf({ devices: [speaker], lines, at: new Date(Date.now() + 1).toISOString() }));
    world.alarms.confirmed(inCell(), camera);
    expect(world.sent).toEqual([]);
    expect(world.reports).toMatchObject([{ state: 'no-device', device: null, fault: 'no-output' }]);
  });

  it('is sent to a speaker with its light off, and done where it sounds', () => {
    const speaker = { device: 'cell-beacon', area: 'robot-cell', outputs: ['sound' as const] };
    world.take(planOf({ devices: [speaker], at: new Date(Date.now() + 1).toISOString() }));
    world.alarms.confirmed(inCell(), camera);
    expect(world.sent.map(({ alarm }) => alarm)).toMatchObject([{ light: 'off', sound: true }]);
    world.answer({ readBack: { sound: true } });
    expect(world.reports.at(-1)).toMatchObject({ state: 'done', light: 'off', sound: true });
  });
});
