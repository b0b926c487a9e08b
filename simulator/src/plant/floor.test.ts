import type { Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crosses, Floor, isInside, toFloors } from './floor.ts';
import type { ClipTruth } from './truth.ts';

/** A clip at 10 fps in which each worker walks in a straight line. */
function truthOf(
  clip: string,
  ways: Record<string, { from: Point; velocity: Point }>,
  duration = 2,
): ClipTruth {
  const frames = Array.from({ length: duration * 10 }, (_, i) => {
    const t = i / 10;
    const workers = Object.entries(ways).map(([id, { from, velocity }]) => {
      const floor: Point = [from[0] + t * velocity[0], from[1] + t * velocity[1]];
      return { id, floor };
    });
    return { t, workers };
  });
  const square: Point[] = [
    [4, 4],
    [6, 4],
    [6, 6],
    [4, 6],
  ];
  return {
    clip,
    fps: 10,
    duration,
    floorPlan: 'main-hall',
    machines: [{ id: 'robot-1', cell: square }],
    lines: [{ id: 'gate', from: [4, 4], to: [6, 4] }],
    frames,
  };
}

const east = { from: [0, 1] as Point, velocity: [1, 0] as Point };
const north = { from: [5, 3.5] as Point, velocity: [0, 1] as Point };

describe('Floor', () => {
  const floor = new Floor('main-hall', [
    truthOf('hall-west', { ana: east }),
    truthOf('hall-east', { ana: east, bo: north }),
  ]);

  it('lists the workers of all its clips, each once', () => {
    expect(floor.workers).toEqual(['ana', 'bo']);
    expect(floor.warnings).toEqual([]);
    expect(floor.duration).toBe(2);
  });

  it('places a worker between frames, and keeps the last place to the end', () => {
    expect(floor.positionAt('ana', 0.55)?.[0]).toBeCloseTo(0.55);
    expect(floor.positionAt('bo', 0.25)?.[1]).toBeCloseTo(3.75);
    expect(floor.positionAt('ana', 1.99)?.[0]).toBeCloseTo(1.9);
    expect(floor.positionAt('nobody', 1)).toBeNull();
  });

  it('reports who crosses a line, once and in time', () => {
    expect(floor.passages).toEqual([{ worker: 'bo', line: 'gate', time: 0.6 }]);
  });

  it('reports when a worker is in a cell', () => {
    expect(floor.isCellOccupied('robot-1', 0.3)).toBe(false);
    expect(floor.isCellOccupied('robot-1', 1)).toBe(true);
    expect(floor.isCellOccupied('unknown', 1)).toBe(false);
  });

  it('keeps the longest loop and says which clip pauses or disagrees', () => {
    const odd = new Floor('main-hall', [
      truthOf('long', { ana: east }, 3),
      truthOf('short', { ana: { ...east, from: [2, 1] } }, 2),
    ]);
    expect(odd.duration).toBe(3);
    expect(odd.warnings).toEqual([
      expect.stringContaining('short shows worker ana up to 2.0 m'),
      expect.stringContaining('short is shorter than its floor'),
    ]);
  });

  it('groups clips by floor plan', () => {
    const other = { ...truthOf('yard', {}), floorPlan: 'yard' };
    expect([...toFloors([truthOf('hall', {}), other]).keys()]).toEqual(['main-hall', 'yard']);
  });
});

const coordinate = fc.double({ min: -10, max: 10, noNaN: true });
const places = fc.tuple(coordinate, coordinate);

it('a path across an infinite line is counted once, also at its corners', () => {
  fc.assert(
    fc.property(fc.array(places, { minLength: 1, maxLength: 20 }), (middle) => {
      const walk: Point[] = [[-20, 0], ...middle, [20, 0]];
      const steps = walk.slice(1).filter((to, i) => crosses(walk[i]!, to, [0, -1e4], [0, 1e4]));
      expect(steps.length % 2).toBe(1);
    }),
  );
});

it('isInside handles a concave polygon', () => {
  const hook: Point[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 4],
    [2, 2],
    [0, 2],
  ];
  expect(isInside([1, 1], hook)).toBe(true);
  expect(isInside([3, 3], hook)).toBe(true);
  expect(isInside([1, 3], hook)).toBe(false);
  expect(isInside([5, 1], hook)).toBe(false);
});
