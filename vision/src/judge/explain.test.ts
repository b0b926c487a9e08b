import { violationWhy } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOLD_SHARE } from './evidence.ts';
import { CAMERA, every, only, run, seen } from './scenes.ts';
import type { ConfirmedVerdict } from './verdict.ts';

const confirmedOf = (verdicts: ReturnType<typeof run>['verdicts']): ConfirmedVerdict[] =>
  verdicts.filter((one) => one.type === 'confirmed');
const valid = (one: ConfirmedVerdict) =>
  violationWhy.parse({ configuration: 1, ...one.why }) && one.why;

describe('why a record was made', () => {
  it('says what was decided when, what could not be told, and the thresholds', () => {
    const frames = every(0, 4_000, (ms) => [
      {
        foot: [300, 300],
        helmet: ms === 600 ? 'worn' : ms >= 1000 && ms < 1600 ? 'unknown' : 'missing',
      },
    ]);
    const [record] = confirmedOf(run(frames, only('ppe')).verdicts);
    const why = valid(record!);
    expect(why).toMatchObject({
      measure: 'share',
      needed: { seconds: 2, share: HOLD_SHARE, clearSeconds: 5, doubtSeconds: 6, doubtShare: 0.6 },
    });
    const states = why.samples.map(([from, to, holds]) => [holds, from < to || holds === 1]);
    expect(states.map(([holds]) => holds)).toContain(0);
    expect(why.samples.at(-1)?.[1]).toBe(0);
    expect(why.reached.heldSeconds).toBeLessThan(why.reached.countedSeconds);
    expect(why.reached.heldSeconds / why.reached.countedSeconds).toBeCloseTo(record!.confidence);
    // The unknown time counts neither way, and is not among the samples.
    const counted = why.samples.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(counted).toBeLessThan(-why.samples[0]![0] - 0.3);
  });

  it('says of a stay how long it was, and when it was interrupted', () => {
    const config = {
      ...CAMERA,
      rules: [
        { kind: 'loitering', id: 'stays', severity: 'low', zone: 'hall', confirmSeconds: 10 },
      ],
    } as typeof CAMERA;
    const frames = every(0, 15_000, (ms) => [{ foot: [ms >= 4000 && ms < 5000 ? 700 : 300, 300] }]);
    const [record] = confirmedOf(run(frames, config).verdicts);
    const why = valid(record!);
    expect(why.measure).toBe('time');
    expect(why.reached.heldSeconds).toBeGreaterThanOrEqual(10);
    expect(why.samples.map(([, , holds]) => holds)).toEqual([1, 0, 1]);
    expect(why.samples[0]![0]).toBeCloseTo((record!.startedAt - record!.confirmedAt) / 1000);
  });

  it('says of a crossing how the person came over the line', () => {
    const frames = every(0, 3_000, (ms) => [{ foot: [440 + ms / 20, 300] }]);
    const [record] = confirmedOf(run(frames, only('over')).verdicts);
    const why = valid(record!);
    expect(why).toMatchObject({ measure: 'crossing', needed: { distance: 6, share: null } });
    const distances = why.samples.map(([, , distance]) => distance);
    expect(Math.sign(distances[0]!)).toBe(-Math.sign(distances.at(-1)!));
    expect(Math.abs(distances.at(-1)!)).toBeGreaterThanOrEqual(6);
  });

  it('says how many people were too many', () => {
    const config = {
      ...CAMERA,
      rules: [{ kind: 'over-occupancy', id: 'crowd', severity: 'low', zone: 'hall', maxPeople: 1 }],
    } as typeof CAMERA;
    const frames = every(0, 12_000, () => [
      { track: 'a', foot: [150, 300] },
      { track: 'b', foot: [350, 300] },
    ]);
    const [record] = confirmedOf(run(frames, config).verdicts);
    expect(valid(record!)).toMatchObject({ measure: 'time', needed: { maxPeople: 1, seconds: 5 } });
  });

  it('is of a bounded size and in order, whatever is seen', () => {
    const frame = fc.record({
      step: fc.integer({ min: 40, max: 700 }),
      helmet: fc.constantFrom('worn', 'missing', 'missing', 'missing', 'unknown'),
      x: fc.integer({ min: 400, max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 20, maxLength: 120 }), (frames) => {
        let at = 0;
        const observations = frames.map(({ step, helmet, x }) => {
          at += step;
          return seen(at, { foot: [x, 300], helmet });
        });
        for (const record of confirmedOf(run(observations).verdicts)) {
          const { samples } = valid(record);
          expect(samples.length).toBeLessThanOrEqual(128);
          for (const [i, [from, to]] of samples.entries()) {
            expect(to).toBeGreaterThanOrEqual(from);
            expect(to).toBeLessThanOrEqual(0);
            if (i > 0) expect(from).toBeGreaterThanOrEqual(samples[i - 1]![1] - 0.002);
          }
        }
      }),
      { numRuns: 80 },
    );
  });
});
