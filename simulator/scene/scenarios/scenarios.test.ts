import { describe, expect, test } from 'vitest';
import { crossing, isInside, toPicture } from '../driver/picture-geometry.ts';
import { WalkedPath } from '../people/path.ts';
import { floorHomography, makeCamera } from '../picture/camera.ts';
import type { FloorPoint, Scenario } from '../types.ts';
import { scenarios } from './index.ts';

/** Every worker's position at each tenth of a second. */
function places(scenario: Scenario): Map<string, FloorPoint[]> {
  const count = Math.round(scenario.duration * 10);
  return new Map(
    scenario.workers.map((spec) => {
      const path = new WalkedPath(spec, scenario.duration);
      const track = Array.from({ length: count + 1 }, (_, i): FloorPoint => {
        const { x, y } = path.at(i / 10);
        return [x, y];
      });
      return [spec.id, track];
    }),
  );
}

describe.each(scenarios)('$name', (scenario) => {
  const tracks = places(scenario);

  test('moving workers start and end outside the picture', () => {
    const { camera, width, height } = scenario;
    const h = floorHomography(makeCamera(camera, width, height), width, height);
    for (const track of tracks.values()) {
      const ends = [track[0]!, track.at(-1)!];
      const [from, to] = ends as [FloorPoint, FloorPoint];
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.01) continue;
      for (const end of ends) {
        const [u, v] = toPicture(h, end);
        expect(u < 0 || u >= width || v < 0 || v >= height).toBe(true);
      }
    }
  });

  test('workers do not walk through each other', () => {
    const all = [...tracks.values()];
    all.forEach((track, a) => {
      for (const other of all.slice(a + 1)) {
        track.forEach(([x, y], i) => {
          const [ox, oy] = other[i]!;
          const onStage = y > 2.5 && oy > 2.5 && y < 14 && oy < 14;
          if (onStage) expect(Math.hypot(x - ox, y - oy)).toBeGreaterThan(0.8);
        });
      }
    });
  });
});

test('one worker enters the robot cell through its gate and leaves it', () => {
  const [hall] = scenarios;
  const gate = hall!.lines[0]!;
  const passed = [...places(hall!)].flatMap(([id, track]) =>
    track
      .slice(1)
      .flatMap((place, i) => crossing(gate, track[i]!, place) ?? [])
      .map((way) => [id, way]),
  );
  expect(passed).toEqual([
    ['W3', 'right-to-left'],
    ['W3', 'left-to-right'],
  ]);
  const cell = hall!.machines[0]!.cell;
  const inside = places(hall!)
    .get('W3')!
    .filter((place) => isInside(cell, place));
  expect(inside.length / 10).toBeGreaterThan(5);
});
