import { readFile } from 'node:fs/promises';
import type { AlarmPlan } from '@anshi/contracts';
import { sealAlarmKeys } from '@anshi/contracts/alarm-keys';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  camera,
  inCell,
  line,
  openAlarms,
  planOf,
  type WorkerAlarms,
  workerKey,
} from '../testing/alarms.ts';
import { confirmedVerdict } from '../testing/findings.ts';

let world: WorkerAlarms;
beforeEach(async () => {
  world = await openAlarms();
});
afterEach(() => world?.close());

describe('the alarm plan of a worker', () => {
  it('names the devices of the area of a violation, by severity, camera and rule', () => {
    world.take(planOf());
    expect(world.names()).toEqual(['cell-beacon']);
    expect(world.names(confirmedVerdict({ severity: 'medium', zone: 'cell' }))).toEqual([]);
    // The area has no device, or the zone has no area.
    expect(world.names(confirmedVerdict({ severity: 'high', zone: 'assembly' }))).toEqual([null]);
    // A line has no zone: each area that the zones of the camera name.
    expect(world.names(confirmedVerdict({ severity: 'high', zone: null, line: 'gate' }))).toEqual([
      'cell-beacon',
    ]);
    const lines = [
      line({ soundIn: ['main-aisle'], areas: ['robot-cell'], rules: ['zone-intrusion'] }),
      line({ cameras: ['hall-west'], sound: false }),
    ];
    world.now += 1000;
    world.take(planOf({ lines, at: new Date(Date.now() + 1).toISOString() }));
    expect(world.names()).toEqual(['aisle-siren', 'cell-beacon']);
    expect(
      world.names(confirmedVerdict({ severity: 'high', zone: 'cell', rule: 'running' })),
    ).toEqual(['cell-beacon']);
  });

  it('gives a speaker the sound of a line alone, and nothing of a line that does not sound', () => {
    const speaker = { device: 'cell-beacon', area: 'robot-cell', outputs: ['sound' as const] };
    world.take(planOf({ devices: [speaker] }));
    const targets = () => world.plan.targets(inCell(), camera);
    expect(targets()).toMatchObject([
      { device: { name: 'cell-beacon' }, line: { light: 'off', sound: true, holdSeconds: 10 } },
    ]);
    const quiet = line({ id: '01KAXXXXXXXXXXXXXXXXXXXXX2', sound: false });
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    world.take(planOf({ devices: [speaker], lines: [quiet], at: at(1) }));
    expect(targets()).toMatchObject([{ device: null, fault: 'no-output', line: { id: quiet.id } }]);
    // A later line that sounds is the one that the speaker gives.
    world.take(planOf({ devices: [speaker], lines: [quiet, line()], at: at(2) }));
    expect(targets()).toMatchObject([{ device: { name: 'cell-beacon' }, line: { id: line().id } }]);
  });

  it('of an API that says nothing of outputs counts each device as one with light and sound', () => {
    const old = { device: 'cell-beacon', area: 'robot-cell' } as AlarmPlan['devices'][number];
    world.take(planOf({ devices: [old] }));
    expect(world.plan.targets(inCell(), camera)).toMatchObject([
      { line: { light: 'flash', sound: true } },
    ]);
  });

  it('is kept on the disk, and the one with the later time counts', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const old = planOf({ lines: [], at: at(-1000) });
    world.take(planOf({ at: at(0) }));
    world.take(old);
    expect(world.names()).toEqual(['cell-beacon']);
    await world.plan.close();
    world.plan = await world.openPlan();
    expect(world.names()).toEqual(['cell-beacon']);
    world.take(old);
    expect(world.plan.lines).toBe(1);
  });

  it('that comes again with a new time is taken, and writes nothing to the disk', async () => {
    const { file } = world;
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    world.take(planOf({ at: at(-2_000) }));
    await world.plan.close();
    const first = await readFile(file, 'utf8');
    // Its keys are sealed again, and are the same.
    world.take(planOf({ at: at(-1_000) }));
    await world.plan.close();
    expect(await readFile(file, 'utf8')).toBe(first);
    // It counts all the same: what is older is not believed.
    world.take(planOf({ lines: [], at: at(-1_500) }));
    expect(world.plan.lines).toBe(1);
    world.take(planOf({ lines: [line(), line()], at: at(-500) }));
    await world.plan.close();
    expect(await readFile(file, 'utf8')).not.toBe(first);
  });

  it('that was kept counts with a clock that is behind, and gives way to the next of the API', async () => {
    const wrong = vi.spyOn(Date, 'now').mockReturnValue(world.now + 3_600_000);
    world.take(planOf({ at: new Date(world.now + 3_600_000).toISOString() }));
    await world.plan.close();
    wrong.mockRestore();
    world.plan = await world.openPlan();
    expect(world.names()).toEqual(['cell-beacon']);
    world.take(planOf({ lines: [], at: new Date(world.now).toISOString() }));
    expect(world.plan.lines).toBe(0);
  });

  it('is not believed forged, for another worker, of the future, or with keys of another', () => {
    world.take(planOf(), workerKey('worker-2'));
    world.take(planOf({ worker: 'worker-2' }));
    world.take(planOf({ at: new Date(Date.now() + 60_000).toISOString() }));
    world.take(planOf({ keys: sealAlarmKeys(workerKey('worker-2'), {}) }));
    expect(world.plan.lines).toBe(0);
    expect(world.names()).toEqual([]);
  });
});
