import { expect, it } from 'vitest';
import { scoreAlarms, screenMisses } from './screens/screens-score.ts';

it('an alarm belongs to the first time between it and the next one, and counts with the last screen', () => {
  const score = scoreAlarms(
    [1_000, 2_000],
    [
      [400, 1_100, 2_050],
      [1_300, 2_060],
    ],
    [1_040, 1_045, 2_020],
  );
  expect(score).toEqual({
    delays: [300, 60],
    spreads: [200, 10],
    byScreen: [
      [100, 50],
      [300, 60],
    ],
    heard: [40, 20],
    missed: 0,
  });
});

it('an alarm that one screen does not show is missed', () => {
  const score = scoreAlarms([1_000, 2_000], [[1_100, 2_100], [2_100]], []);
  expect([score.missed, score.delays]).toEqual([1, [100]]);
  const figures = { missed: 1, alarmP95Ms: 1_200, spreadP95Ms: 310 };
  expect(screenMisses(figures, { alarmP95Ms: 1_000, spreadMs: 300 })).toHaveLength(3);
});
