import type { Point } from '@anshi/contracts';
import { describe, expect, it, test } from 'vitest';
import { StreamClock } from '../capture/stream-clock.ts';
import { every, only, run, START, seen } from './scenes.ts';
import { judgeState } from './state.ts';

const KEEP_OUT = only('keep-out');
const HOUR = 3_600_000;
const there: Point = [200, 400];

/**
 * One person in the zone, a frame every 200 ms of true time. The wall clock jumps; at a step beyond
 * its patience the tracker loses everyone and assigns new ids.
 */
function told(
  frames: number,
  wall: (ms: number) => number,
  foot: (ms: number) => Point | undefined = () => there,
  awayAt = Number.POSITIVE_INFINITY,
  awayFor = 0,
) {
  const clock = new StreamClock();
  let last = 0;
  let track = 0;
  return Array.from({ length: frames }, (_, i) => {
    const away = i === awayAt;
    if (away) clock.reset();
    const ms = i * 200 + (i >= awayAt ? awayFor : 0);
    const at = clock.frame(ms, { monotonic: ms, wall: START + wall(ms) }) - START;
    if (at - last > 2500) track++;
    last = at;
    const where = foot(ms);
    return seen(at, ...(where ? [{ track: `t${track}`, foot: where }] : []));
  });
}

describe('a wall clock step during an episode', () => {
  const jumps = [11_000, 59_000, 69_000, 90_000, 599_000, 601_000, HOUR, 1000 * HOUR, -HOUR];

  test.each(jumps)('by %i ms: the episode neither ends nor is duplicated', (jump) => {
    const jumped = told(400, (ms) => ms + (ms >= 5000 ? jump : 0));
    const { verdicts, state } = run(jumped, KEEP_OUT);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed']);
    expect(state.epoch + state.at!).toBeCloseTo(START + 79_800 + jump, -1);
    expect(judgeState.parse(state)).toEqual(state);
  });

  test.each(jumps)('by %i ms during a stream outage of 20 s: the same', (jump) => {
    const wall = (ms: number) => ms + (ms >= 5000 ? jump : 0);
    const { verdicts } = run(told(400, wall, undefined, 25, 20_000), KEEP_OUT);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed']);
  });

  test.each(jumps)('by %i ms while the person is hidden for 4 s: the same', (jump) => {
    const wall = (ms: number) => ms + (ms >= 5000 ? jump : 0);
    const hidden = (ms: number) => (ms >= 4000 && ms < 8000 ? undefined : there);
    const { verdicts } = run(told(400, wall, hidden), KEEP_OUT);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed']);
  });

  test('counts neither towards the confirm time nor the clear time', () => {
    const jumped = (at: number, foot: (ms: number) => Point) =>
      run(
        told(100, (ms) => ms + (ms >= at ? HOUR : 0), foot),
        KEEP_OUT,
      ).verdicts;
    const outside: Point = [560, 400];
    // Inside for 400 ms of true time only, across the step.
    expect(jumped(5000, (ms) => (ms >= 4800 && ms < 5200 ? [480, 400] : outside))).toEqual([]);
    // Outside for 1.4 s only, across the step.
    const out = jumped(5000, (ms) => (ms >= 4000 && ms < 5400 ? [520, 400] : [480, 400]));
    expect(out.map(({ type }) => type)).toEqual(['confirmed']);
  });
});

describe('a long camera outage', () => {
  it('ends episodes that are not seen again, at their last sighting', () => {
    for (const gap of [90_000, HOUR]) {
      const { verdicts } = run(
        [
          ...every(0, 5000, () => [{ foot: there }]),
          ...every(gap, gap + 20_000, () => []),
          ...every(gap + 20_000, gap + 23_000, () => [{ track: 'b', foot: there }]),
        ],
        KEEP_OUT,
      );
      expect(verdicts).toMatchObject([
        { type: 'confirmed', startedAt: START },
        { type: 'ended', endedAt: START + 4800 },
        { type: 'confirmed', startedAt: START + gap + 20_000 },
      ]);
    }
  });

  it('with sporadic pictures still drops people who left, and ends their episodes', () => {
    const slow = Array.from({ length: 20 }, (_, i) => seen(8000 + 3000 * i));
    const { verdicts, state } = run(
      [...every(0, 5000, () => [{ foot: there }]), ...slow],
      KEEP_OUT,
    );
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    expect(state.actors).toEqual([]);
  });
});
