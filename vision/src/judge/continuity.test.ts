import type { CameraConfig, Point } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { type Actor, CAMERA, every, run, START } from './scenes.ts';

const STAYS: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'loitering', id: 'stays', severity: 'low', zone: 'hall', confirmSeconds: 20 }],
};
const there: Point = [200, 400];
const during = (to: number, actors: (ms: number) => Actor[]) => run(every(0, to, actors), STAYS);

it('a track that comes back at once stays with its person, though another one came near meanwhile', () => {
  const { state } = during(4_000, (ms) => [
    ...(ms === 2_000 ? [] : [{ track: 'a', foot: there }]),
    ...(ms >= 2_000 ? [{ track: 'b', foot: [230, 400] as Point }] : []),
  ]);
  expect(state.actors.map(({ id, track }) => [id, track])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
});

it('who passes a person who stays and is hidden does not take their time along', () => {
  const { confirmed } = during(40_000, (ms) => {
    const hidden = ms >= 15_000 && ms < 18_000;
    const passer: Point = [280 + (ms - 16_600) / 10, 400];
    return [
      ...(hidden ? [] : [{ track: ms < 15_000 ? 'a' : 'a2', foot: there }]),
      ...(ms >= 16_600 && ms < 19_000 ? [{ track: 'p', foot: passer }] : []),
    ];
  });
  expect(confirmed).toMatchObject([
    { actor: 'a', tracks: ['a', 'a2'], startedAt: START, confirmedAt: START + 20_000 },
  ]);
});

it('after a camera saw nothing, a person with another track has a time of their own', () => {
  const frames = every(0, 60_000, (ms) => [{ track: ms < 12_000 ? 'a' : 'b', foot: there }]).filter(
    ({ at }) => Date.parse(at) - START < 12_000 || Date.parse(at) - START >= 20_000,
  );
  expect(run(frames, STAYS).confirmed).toMatchObject([{ startedAt: START + 20_000 }]);
});

it('who was here a moment ago goes on under a new track, and not one who was lost near there long before', () => {
  const { state } = during(6_000, (ms) => [
    ...(ms < 1_000 ? [{ track: 'gone', foot: [330, 400] as Point }] : []),
    { track: ms < 5_000 ? 'a' : 'a2', foot: [ms < 5_000 ? 200 : 235, 400] },
  ]);
  expect(state.actors.map(({ id, track }) => [id, track]).sort()).toEqual([
    ['a', 'a2'],
    ['gone', 'gone'],
  ]);
});
