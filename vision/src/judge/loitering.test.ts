import type { CameraConfig, Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type Actor, CAMERA, every, run, START } from './scenes.ts';

const STAYS: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'loitering', id: 'stays', severity: 'low', zone: 'hall', confirmSeconds: 20 }],
};
const IN: Point = [200, 400];
const OUT: Point = [700, 400];
const during = (to: number, actors: (ms: number) => Actor[]) => run(every(0, to, actors), STAYS);

describe('a person who stays in a zone', () => {
  it('is recorded at exactly the time, once, with the whole stay', () => {
    expect(during(20_000, () => [{ foot: IN }]).verdicts).toEqual([]);
    const { confirmed, verdicts } = during(60_000, () => [{ foot: IN }]);
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'loitering',
      ruleId: 'stays',
      severity: 'low',
      subject: 'person',
      actor: 'a',
      zone: 'hall',
      startedAt: START,
      confirmedAt: START + 20_000,
      confidence: 1,
    });
  });

  it('starts again after leaving for two seconds, not after a step over the edge', () => {
    const away = (from: number, to: number) =>
      during(30_000, (ms) => [{ foot: ms >= from && ms < to ? [520, 400] : [490, 400] }]);
    expect(away(10_000, 11_800).confirmed).toMatchObject([{ startedAt: START }]);
    expect(away(10_000, 12_400).confirmed).toEqual([]);
  });

  it('is one stay over hidden seconds and a new track', () => {
    const { confirmed } = during(40_000, (ms) => {
      if (ms >= 8_000 && ms < 14_000) return [];
      return [{ track: ms < 8_000 ? 'a' : 'b', foot: IN }];
    });
    expect(confirmed).toMatchObject([{ actor: 'a', tracks: ['a', 'b'], startedAt: START }]);
    expect(confirmed[0]!.confirmedAt).toBe(START + 20_000);
  });

  it('of a recorded stay, a person hidden for a quarter of a minute is not recorded again', () => {
    const { verdicts } = during(90_000, (ms) => {
      if (ms >= 30_000 && ms < 46_000) return [];
      return [{ track: ms < 30_000 ? 'a' : 'b', foot: IN }];
    });
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed']);
  });

  it('is recorded again after a stay that ended, and passers never are', () => {
    const { verdicts } = during(80_000, (ms) => [{ foot: ms >= 25_000 && ms < 35_000 ? OUT : IN }]);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended', 'confirmed']);
    const passers = during(120_000, (ms) => [
      { track: `p${Math.floor(ms / 10_000)}`, foot: [(ms % 10_000) / 10, 400] },
    ]);
    expect(passers.verdicts).toEqual([]);
  });

  it('two people, one behind the other, are recorded each by the own time', () => {
    const { confirmed } = during(40_000, (ms) => [
      { track: 'front', foot: IN },
      // Hidden behind the first one for five seconds.
      ...(ms >= 5_000 && !(ms >= 10_000 && ms < 15_000)
        ? [{ track: 'back', foot: [210, 370] as Point }]
        : []),
    ]);
    expect(confirmed).toMatchObject([
      { actor: 'front', confirmedAt: START + 20_000 },
      { actor: 'back', startedAt: START + 5_000, confirmedAt: START + 25_000 },
    ]);
  });

  it('does not count the time of a camera that sees nothing', () => {
    const frames = every(0, 60_000, () => [{ foot: IN }]).filter(
      ({ at }) => Date.parse(at) - START < 10_000 || Date.parse(at) - START >= 40_000,
    );
    expect(run(frames, STAYS).confirmed).toMatchObject([{ confirmedAt: START + 50_200 }]);
  });
});
