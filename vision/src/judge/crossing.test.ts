import type { Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { every, only, run, START } from './scenes.ts';

// The fence runs up the picture from (500, 500) to (500, 100): its right is x > 500.
const OVER = only('over');
const walk = (x: (ms: number) => number, y = 300, until = 8000) =>
  every(0, until, (ms) => [{ foot: [x(ms), y] }]);
const crossings = (observations: ReturnType<typeof walk>, config = OVER) =>
  run(observations, config).confirmed.map(({ direction }) => direction);

describe('crossing a directed line', () => {
  it('[VIS-02] counts one pass once, with its direction and time', () => {
    const { confirmed, verdicts } = run(
      walk((ms) => 300 + ms / 20, 300, 12_000),
      OVER,
    );
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'line-crossing',
      line: 'fence',
      zone: null,
      direction: 'left-to-right',
      startedAt: START + 4000,
      confidence: 0.8,
    });
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    expect(crossings(walk((ms) => 700 - ms / 20))).toEqual(['right-to-left']);
  });

  it('takes the direction from `from` towards `to`: a reversed line reverses it', () => {
    const turned = {
      ...OVER,
      lines: [{ ...OVER.lines[0]!, from: [500, 100] as Point, to: [500, 500] as Point }],
    };
    expect(
      crossings(
        walk((ms) => 300 + ms / 20),
        turned,
      ),
    ).toEqual(['right-to-left']);
  });

  it('reports only the direction of the rule', () => {
    const config = {
      ...OVER,
      rules: OVER.rules.map((rule) => ({ ...rule, direction: 'right-to-left' as const })),
    } as typeof OVER;
    expect(
      crossings(
        walk((ms) => 300 + ms / 20),
        config,
      ),
    ).toEqual([]);
    expect(
      crossings(
        walk((ms) => 700 - ms / 20),
        config,
      ),
    ).toEqual(['right-to-left']);
  });

  it('does not count moving to and fro on the line', () => {
    expect(crossings(walk((ms) => 500 + 5 * Math.sin(ms)))).toEqual([]);
    const sway = (ms: number) => (ms < 2000 ? 300 + ms / 10 : 500 + 5 * Math.sin(ms));
    expect(crossings(walk(sway))).toEqual([]);
  });

  it('does not count a path around the end of the line', () => {
    const round = every(0, 8000, (ms): [{ foot: Point }] => [
      {
        foot:
          ms < 3000
            ? [400, 300 + ms / 12]
            : ms < 6000
              ? [400 + (ms - 3000) / 15, 560]
              : [600, 560 - (ms - 6000) / 10],
      },
    ]);
    expect(crossings(round)).toEqual([]);
  });

  it('waits for the confirm time on the far side, if the rule has one', () => {
    const config = {
      ...OVER,
      rules: OVER.rules.map((rule) => ({ ...rule, confirmSeconds: 1 })),
    };
    const dart = (ms: number) => (ms >= 2000 && ms < 2600 ? 540 : 460);
    expect(crossings(walk(dart), config)).toEqual([]);
    const stay = (ms: number) => (ms >= 2000 ? 540 : 460);
    expect(crossings(walk(stay), config)).toEqual(['left-to-right']);
  });

  it('does not count a jump of the position, as at the restart of a looped clip', () => {
    const looped = every(0, 16_000, (ms) => {
      const t = ms % 8000;
      return [{ track: ms < 8000 ? 'a' : 'b', foot: [300 + t / 20, 300] }];
    });
    expect(crossings(looped)).toEqual(['left-to-right', 'left-to-right']);
  });

  it('counts a person with a duplicate box once, and two people side by side twice', () => {
    const pair = (apart: number) =>
      every(0, 8000, (ms) => [
        { track: 'a', foot: [300 + ms / 20, 300] },
        { track: 'b', foot: [300 + ms / 20, 300 + apart], height: 110 },
      ]);
    expect(crossings(pair(4))).toEqual(['left-to-right']);
    expect(crossings(pair(60))).toEqual(['left-to-right', 'left-to-right']);
  });

  it('counts n passes n times, in alternating directions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.double({ min: 150, max: 450, noNaN: true }),
        fc.infiniteStream(fc.double({ min: -3, max: 3, noNaN: true })),
        (passes, startRight, y, jitter) => {
          const [from, to] = startRight ? [620, 380] : [380, 620];
          const frames = every(0, passes * 4000, (ms) => {
            const pass = Math.floor(ms / 4000);
            const share = (ms % 4000) / 4000;
            const [a, b] = pass % 2 === 0 ? [from, to] : [to, from];
            return [{ foot: [a + share * (b - a) + jitter.next().value, y] }];
          });
          const expected = Array.from({ length: passes }, (_, i) =>
            (i % 2 === 0) === startRight ? 'right-to-left' : 'left-to-right',
          );
          expect(crossings(frames)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
