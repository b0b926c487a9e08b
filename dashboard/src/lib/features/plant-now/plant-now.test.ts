import { describe, expect, it } from 'vitest';
import type { BadgeLocation, Camera, MachineState } from '$lib/api/types.ts';
import { camerasLive, machinesNow, mostUrgent, peopleOnSite } from './plant-now.ts';

const now = Date.UTC(2026, 10, 25, 6, 0, 0);
const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const state = (machine: string, is: MachineState['state'], seconds = 60): MachineState => ({
  machine,
  state: is,
  at: before(seconds),
  contradiction: [],
});
const ids = (machines: readonly { id: string }[]): string[] => machines.map(({ id }) => id);

describe('machines', () => {
  it('are ordered by number, with the duration of their state', () => {
    const machines = machinesNow(
      [state('robot-10', 'running', 90), state('robot-2', 'fault', -20)],
      now,
    );
    expect(ids(machines)).toEqual(['robot-2', 'robot-10']);
    expect(machines.map(({ seconds }) => seconds)).toEqual([0, 90]);
  });

  it('are stale after a shift without messages, not before', () => {
    const [quiet, gone] = machinesNow(
      [state('a', 'running', 8 * 3_600), state('b', 'running', 8 * 3_600 + 1)],
      now,
    );
    expect([quiet?.stale, gone?.stale]).toEqual([false, true]);
  });

  it('are selected by urgency where space is limited, each in its place', () => {
    const machines = machinesNow(
      [
        state('a', 'running'),
        state('b', 'idle'),
        state('c', 'running'),
        state('d', 'fault'),
        state('e', 'stopped'),
      ],
      now,
    );
    expect(ids(mostUrgent(machines, 3))).toEqual(['b', 'd', 'e']);
    expect(ids(mostUrgent(machines, 5))).toEqual(['a', 'b', 'c', 'd', 'e']);
    const told = { state: 'stopped' as const, source: null, at: before(1) };
    const disputed = machines.map((one) =>
      one.id === 'a' ? { ...one, contradiction: [told] } : one,
    );
    expect(ids(mostUrgent(disputed, 1))).toEqual(['a', 'd']);
  });

  it('in fault are always shown', () => {
    const machines = machinesNow(
      ['a', 'b', 'c'].map((id) => state(id, 'fault')),
      now,
    );
    expect(ids(mostUrgent([...machines, ...machinesNow([state('d', 'idle')], now)], 1))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('people on site', () => {
  const location = (badge: string, seconds: number, source = 'hall'): BadgeLocation => ({
    position: { type: 'Point', coordinates: [1, 2] },
    source,
    provider_type: 'rfid',
    provider_id: badge,
    trackables: [],
    timestamp_generated: before(seconds),
    crs: 'local',
    accuracy: 1,
    place: null,
  });

  it('are distinct badges of the last 90 seconds', () => {
    const locations = [
      location('A1', 1),
      location('A1', 30, 'gate'),
      location('A2', 90),
      location('A3', 91),
    ];
    expect(peopleOnSite(locations, now)).toBe(2);
    expect(peopleOnSite([], now)).toBe(0);
  });
});

describe('cameras', () => {
  const camera = (enabled: boolean, health: string | null): Camera =>
    ({ enabled, health: health && { state: health } }) as Camera;

  it('are counted as live of those enabled', () => {
    const cameras = [camera(true, 'live'), camera(true, null), camera(false, 'disabled')];
    expect(camerasLive(cameras)).toEqual({ live: 1, of: 2, fault: false });
    expect(camerasLive([camera(true, 'fault')])).toEqual({ live: 0, of: 1, fault: true });
  });
});
