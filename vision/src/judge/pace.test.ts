import type { CameraConfig, Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPace, paceOf, step } from './pace.ts';
import { CAMERA, every, run } from './scenes.ts';

const RUNNING: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'running', id: 'no-running', severity: 'low' }],
};
/** On a floor, at a speed in metres per second. */
const onFloor = (speed: (ms: number) => number, noise: (ms: number) => number = () => 0) => {
  let x = 0;
  return every(0, 8000, (ms) => {
    x += (speed(ms) * 200) / 1000;
    return [{ foot: [100 + 10 * x, 400], floor: [x + noise(ms), 4] as Point }];
  });
};

describe('running', () => {
  it('is recorded on a calibrated floor, once', () => {
    const { confirmed } = run(
      onFloor(() => 4),
      RUNNING,
    );
    expect(confirmed).toMatchObject([{ rule: 'running', ruleId: 'no-running' }]);
    expect(
      run(
        onFloor((ms) => (ms < 2000 ? 4 : 1)),
        RUNNING,
      ).verdicts.filter(({ type }) => type !== 'followed'),
    ).toMatchObject([{ type: 'confirmed' }, { type: 'ended' }]);
  });

  it('is not recorded for fast walking with a noisy foot point', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2.5, noNaN: true }),
        fc.infiniteStream(fc.double({ min: -0.1, max: 0.1, noNaN: true })),
        (speed, jitter) => {
          const frames = onFloor(
            () => speed,
            () => jitter.next().value,
          );
          expect(run(frames, RUNNING).verdicts).toEqual([]);
        },
      ),
    );
  });

  it('is measured in body heights where the camera is not calibrated', () => {
    // 100 pixels are 1.7 m: 235 pixels per second are 4 m/s.
    const across = (pixels: number) =>
      every(0, 4000, (ms) => [{ foot: [20 + (pixels * ms) / 1000, 400] }]);
    expect(run(across(235), RUNNING).confirmed).toHaveLength(1);
    expect(run(across(100), RUNNING).confirmed).toHaveLength(0);
  });

  it('uses the rule’s limit and zone', () => {
    const slow: CameraConfig = {
      ...RUNNING,
      rules: [{ kind: 'running', id: 'no-running', severity: 'low', speed: 1.5, zone: 'hall' }],
    };
    expect(
      run(
        onFloor(() => 2),
        slow,
      ).confirmed,
    ).toHaveLength(1);
    const elsewhere = onFloor(() => 2).map((one) => ({
      ...one,
      people: one.people.map((person) => ({ ...person, zones: [] })),
    }));
    expect(run(elsewhere, slow).verdicts).toEqual([]);
  });

  it('is not recorded for a track that jumps to another person', () => {
    const jump = every(0, 8000, (ms) => [
      { track: ms < 3000 ? 'a' : 'b', foot: [ms < 3000 ? 200 : 320, 400] },
    ]);
    expect(run(jump, RUNNING).verdicts).toEqual([]);
  });
});

describe('the pace', () => {
  it('is exact for a steady speed in every direction, with an error that grows with the noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (speed, direction, deviation) => {
          const memory = emptyPace();
          for (let ms = 0; ms <= 2000; ms += 200) {
            const way = (speed * ms) / 1000;
            const floor: Point = [way * Math.cos(direction), way * Math.sin(direction)];
            step(memory, { box: [0, 0, 1, 1], floor, floorDeviation: deviation }, ms);
          }
          const found = paceOf(memory, true)!;
          expect(found.speed).toBeCloseTo(speed, 6);
          expect(found.error).toBeCloseTo(deviation / Math.sqrt(0.7), 6);
        },
      ),
    );
  });

  it('is unknown with one or two positions', () => {
    const memory = emptyPace();
    step(memory, { box: [0, 0, 1, 1], floor: [0, 0], floorDeviation: 0.1 }, 0);
    step(memory, { box: [0, 0, 1, 1], floor: [1, 0], floorDeviation: 0.1 }, 200);
    expect(paceOf(memory, true)).toBeUndefined();
  });
});
