import type { CameraConfig } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figure, POSTURES } from './figures.ts';
import { judge } from './judge.ts';
import { CAMERA, seen } from './scenes.ts';
import { emptyJudgeState, type JudgeState, judgeState } from './state.ts';

const BUSY: CameraConfig = {
  ...CAMERA,
  rules: [
    ...CAMERA.rules,
    { kind: 'person-down', id: 'down', severity: 'high' },
    { kind: 'climbing', id: 'climb', severity: 'high', line: 'fence' },
    { kind: 'running', id: 'run', severity: 'low' },
  ],
};

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const one of Object.values(value)) freeze(one);
  }
  return value;
}

describe('the previous state', () => {
  it('is not modified by the next observation', () => {
    const one = fc.record({
      track: fc.constantFrom('a', 'b', 'c'),
      x: fc.integer({ min: 440, max: 560 }),
      posture: fc.constantFrom<keyof typeof POSTURES>('standing', 'lying', 'stepping', 'running'),
    });
    const frame = fc.record({
      step: fc.constantFrom(0, 200, 500, 3000, 20_000, 700_000, -20_000),
      people: fc.array(one, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
        let state: JudgeState = freeze(emptyJudgeState('gate'));
        let at = 0;
        for (const { step, people } of frames) {
          at += step;
          const actors = people.map(({ track, x, posture }) => {
            const pose = figure(POSTURES[posture], { stature: 100, foot: [x, 400] });
            return { track, foot: [x, 400] as [number, number], pose };
          });
          state = freeze(judge(BUSY, state, seen(at, ...actors)).state);
        }
        expect(judgeState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
      { numRuns: 60 },
    );
  });
});
