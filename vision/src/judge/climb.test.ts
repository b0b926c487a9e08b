import type { CameraConfig } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, figure, POSTURES, type Posture } from './figures.ts';
import { CAMERA, every, run } from './scenes.ts';

// The fence runs up the picture from (500, 500) to (500, 100).
const CLIMBING: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'climbing', id: 'over-fence', severity: 'high', line: 'fence' }],
};
const { standing, walking, running, stepping } = POSTURES;
const STEP: Posture = stepping;

/** From x = 400 to x = 600 in 6 s, over the fence halfway. */
const passing = (posture: (ms: number) => Posture, turn = 0, pitch = 0) =>
  every(0, 8000, (ms) => {
    const foot: [number, number] = [400 + Math.min(6000, ms) / 30, 400];
    return [{ foot, pose: figure(posture(ms), { stature: 150, foot, turn, pitch }) }];
  });
const climb = (ms: number) =>
  ms < 2000 || ms > 4000 ? standing : between(standing, STEP, 1 - Math.abs(ms - 3000) / 1000);
const stride = (gait: Posture, period: number) => (ms: number) => {
  const mirrored: Posture = {
    ...gait,
    thighs: [gait.thighs[1], gait.thighs[0]],
    shanks: [gait.shanks[1], gait.shanks[0]],
  };
  return between(gait, mirrored, (1 - Math.cos((2 * Math.PI * ms) / period)) / 2);
};

describe('climbing over a fence', () => {
  it('[VIS-04] is recorded with the line and the direction', () => {
    const { confirmed, verdicts } = run(passing(climb), CLIMBING);
    expect(confirmed).toMatchObject([
      {
        rule: 'climbing',
        ruleId: 'over-fence',
        line: 'fence',
        direction: 'left-to-right',
        zone: null,
      },
    ]);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
  });

  it('is recorded from the side, by a level and by a tilted camera', () => {
    const turn = fc.integer({ min: -35, max: 35 });
    fc.assert(
      fc.property(turn, fc.integer({ min: 0, max: 15 }), (degrees, pitch) => {
        expect(run(passing(climb, degrees, pitch), CLIMBING).confirmed).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });

  it('is not recorded for walking or running through a gap', () => {
    for (const gait of [stride(walking, 1200), stride(running, 700)]) {
      for (const turn of [0, 45, 90, 180, 270]) {
        expect(run(passing(gait, turn), CLIMBING).verdicts).toEqual([]);
      }
    }
  });

  it('is not recorded for a raised leg beside the fence without a crossing', () => {
    const staying = every(0, 8000, (ms) => {
      const foot: [number, number] = [440, 400];
      return [{ foot, pose: figure(climb(ms), { stature: 150, foot }) }];
    });
    expect(run(staying, CLIMBING).verdicts).toEqual([]);
  });

  it('is unknown where the legs are not visible', () => {
    const hidden = passing(climb).map((one) => ({
      ...one,
      people: one.people.map((person) => ({ ...person, pose: null })),
    }));
    expect(run(hidden, CLIMBING).verdicts).toEqual([]);
  });
});
