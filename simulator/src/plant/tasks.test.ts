import { type Location, location, type MachineState, machineState } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { PortalReads, UwbBadges } from './badges.ts';
import { Floor } from './floor.ts';
import { Machines, plannedState } from './machines.ts';
import type { ClipTruth } from './truth.ts';

const start = Date.UTC(2026, 0, 1);
const clockAt = (elapsed = 0): Clock => ({
  elapsed: () => elapsed,
  wallAt: (at) => start + at * 1000,
});

/** One worker walks for 20 s from y = 0 to y = 10 through the cell of a machine, and waits there. */
const truth: ClipTruth = {
  clip: 'hall',
  fps: 10,
  duration: 25,
  floorPlan: 'main-hall',
  machines: [
    {
      id: 'robot-1',
      cell: [
        [0, 5],
        [2, 5],
        [2, 12],
        [0, 12],
      ],
    },
  ],
  lines: [{ id: 'gate', from: [0, 5], to: [2, 5] }],
  frames: Array.from({ length: 201 }, (_, i) => ({
    t: i / 10,
    workers: [{ id: 'Ana', floor: [1.01, i / 20] as [number, number] }],
  })),
};
const floor = new Floor('main-hall', [truth]);

function runUntil(task: Task, seconds: number): void {
  while (task.due() <= seconds) task.run(task.due());
}

const locationsOf = (
  make: (options: ConstructorParameters<typeof UwbBadges>[0]) => Task,
  seconds: number,
  sigma = 0.3,
  seed = 'a',
) => {
  const published: Location[] = [];
  const publish = (place: Location) => published.push(location.parse(place));
  runUntil(make({ floor, clock: clockAt(), publish, sigma, seed }), seconds);
  return published;
};
const uwb = (options: ConstructorParameters<typeof UwbBadges>[0]) => new UwbBadges(options);
const portal = (options: ConstructorParameters<typeof UwbBadges>[0]) => new PortalReads(options);

describe('badges', () => {
  it('publish the worker’s position each second', () => {
    const fixes = locationsOf(uwb, 60, 0);
    expect(fixes).toHaveLength(61);
    fixes.forEach((fix, second) => {
      const inLoop = second % 25;
      expect(fix.position.coordinates[0]).toBeCloseTo(1.01, 3);
      expect(fix.position.coordinates[1]).toBeCloseTo(Math.min(inLoop, 20) / 2, 3);
      expect(Date.parse(fix.timestamp_generated)).toBe(start + second * 1000);
    });
    expect(fixes[0]).toMatchObject({
      provider_type: 'uwb',
      provider_id: 'badge-ana',
      source: 'main-hall',
      crs: 'local',
    });
  });

  it('have noise of the given size, the same for the same seed', () => {
    const errors = locationsOf(uwb, 2000).map((fix) => fix.position.coordinates[0] - 1.01);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const sigma = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(sigma).toBeGreaterThan(0.28);
    expect(sigma).toBeLessThan(0.32);
    expect(locationsOf(uwb, 30)).toEqual(locationsOf(uwb, 30));
    expect(locationsOf(uwb, 30)).not.toEqual(locationsOf(uwb, 30, 0.3, 'b'));
  });

  it('are read by the portal at the line, once per round', () => {
    const reads = locationsOf(portal, 60);
    const seconds = reads.map((r) => (Date.parse(r.timestamp_generated) - start) / 1000);
    expect(seconds).toEqual([10.1, 35.1, 60.1].slice(0, reads.length));
    expect(reads.length).toBe(2);
    expect(reads[0]).toMatchObject({
      provider_type: 'rfid',
      provider_id: 'badge-ana',
      source: 'gate',
      position: { coordinates: [1, 5] },
      accuracy: 1,
    });
  });

  it('start in the middle of a round where the simulator does', () => {
    const make = (at: number) =>
      new PortalReads({ floor, clock: clockAt(at), publish: () => {}, sigma: 0, seed: '' });
    expect(make(5).due()).toBeCloseTo(10.1);
    expect(make(12).due()).toBeCloseTo(35.1);
  });
});

describe('machines', () => {
  const statesOf = (seconds: number) => {
    const published: MachineState[] = [];
    const publish = (state: MachineState) => published.push(machineState.parse(state));
    const machines = new Machines({ floor, clock: clockAt(), publish, seed: 'a' });
    runUntil(machines, seconds);
    return { published, machines };
  };

  const seconds = (states: readonly MachineState[]) =>
    states.map(({ at }) => (Date.parse(at) - start) / 1000);

  it('idle while a person is in the cell and run otherwise, published at each change', () => {
    const { published, machines } = statesOf(49);
    const changes = published.filter(({ state }, i) => state !== published[i - 1]?.state);
    expect(changes.map(({ state }) => state)).toEqual(['running', 'idle', 'running', 'idle']);
    expect(seconds(changes)[1]).toBeCloseTo(10.25, 0);
    expect(seconds(changes)[2]).toBeCloseTo(25, 0);
    expect(machines.states()).toEqual([published.at(-1)]);
  });

  it('are republished while nothing changes, so that a missing message is detectable', () => {
    const told = seconds(statesOf(300).published);
    const gaps = told.slice(1).map((second, i) => second - told[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10.5);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
  });

  it('go through all their states', () => {
    const { published } = statesOf(1300);
    const seen = new Set(published.map(({ state }) => state));
    expect(seen).toEqual(new Set(['running', 'idle', 'stopped', 'fault']));
  });

  it('follow a plan that repeats and is mostly running', () => {
    const seconds = Array.from({ length: 1200 }, (_, i) => plannedState(i));
    expect(seconds.slice(0, 600)).toEqual(seconds.slice(600));
    expect(seconds.filter((state) => state === 'running').length).toBeGreaterThan(1000);
  });
});
