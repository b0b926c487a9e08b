import type { CameraConfig, TrackedPerson } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { findings } from '../testing/findings.ts';
import { AloneInZones } from './alone.ts';

const ANNA = 'AAAAAAAAAAAAAAAA';
const BORIS = 'BBBBBBBBBBBBBBBB';
const { camera: base } = findings([]);
const zone = (id: string, more: object): CameraConfig['zones'][number] => ({
  id,
  name: { zh: id, en: id },
  kind: 'work-area',
  polygon: [
    [0, 0],
    [9, 0],
    [9, 9],
  ],
  ...more,
});
const camera: CameraConfig = {
  ...base,
  zones: [
    zone('cell', { area: 'robot-cell' }),
    zone('press', {}),
    zone('opening', { area: 'robot-cell', plane: 'picture' }),
    zone('aisle', {}),
  ],
  rules: [
    {
      kind: 'unattended-machine',
      id: 'press',
      zone: 'press',
      whileMachine: { machine: 'press-1' },
    } as CameraConfig['rules'][number],
  ],
};
const person = (track: string, zones: string[], floor: [number, number] | null = [1, 1]) =>
  ({ track, zones, floor }) as TrackedPerson;

/** One frame and one decision. */
function step(
  seen: AloneInZones,
  at: number,
  people: TrackedPerson[],
  named: Record<string, string> = { T1: ANNA },
) {
  seen.frame(camera, at, { people });
  const tracks = Object.entries(named).map(([track, handle]) => ({
    camera: camera.id,
    track,
    handle,
  }));
  return seen.decided({ at, tracks }, [camera.id])[0]?.alone;
}

describe('who is confirmed and alone', () => {
  it('is told for zones on the floor that watch an area or a machine, with the time since when', () => {
    const seen = new AloneInZones();
    const people = [person('T1', ['cell', 'press', 'opening', 'aisle'])];
    const first = new Date(1_000).toISOString();
    const zones = [
      { zone: 'cell', handle: ANNA, since: first },
      { zone: 'press', handle: ANNA, since: first },
    ];
    expect(step(seen, 1_000, people)).toEqual(zones);
    expect(step(seen, 1_500, people)).toEqual(zones);
    // It begins again after a gap, and with another person.
    expect(step(seen, 9_000, people)?.[0]?.since).toBe(new Date(9_000).toISOString());
    expect(step(seen, 9_500, people, { T1: BORIS })?.[0]?.since).toBe(
      new Date(9_500).toISOString(),
    );
  });

  it('is not told beside another person there, or one whose place is not known, and its end is told once', () => {
    for (const other of [person('T2', ['cell']), person('T2', [], null)]) {
      const seen = new AloneInZones();
      const one = person('T1', ['cell']);
      expect(step(seen, 1_000, [one])).toHaveLength(1);
      expect(step(seen, 1_500, [one, other])).toEqual([]);
      expect(step(seen, 2_000, [one, other])).toBeUndefined();
    }
  });

  it('is not told of a person who is not confirmed, of an old frame, or once it is to be forgotten', () => {
    const seen = new AloneInZones();
    const people = [person('T1', ['cell'])];
    expect(step(seen, 1_000, people, {})).toBeUndefined();
    expect(step(seen, 1_500, people)).toHaveLength(1);
    const tracks = [{ camera: camera.id, track: 'T1', handle: ANNA }];
    expect(seen.decided({ at: 4_000, tracks }, [camera.id])[0]?.alone).toEqual([]);
    expect(step(seen, 5_000, people)).toHaveLength(1);
    seen.forget();
    expect(seen.decided({ at: 5_100, tracks }, [camera.id])).toEqual([]);
  });
});
