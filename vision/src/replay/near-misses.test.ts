import type { CameraConfig, Observation } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge/judge.ts';
import { CAMERA, every, only, START } from '../judge/scenes.ts';
import { emptyJudgeState } from '../judge/state.ts';
import { type NearMiss, NearMisses } from './near-misses.ts';

function missesOf(observations: readonly Observation[], config: CameraConfig): NearMiss[] {
  const misses = new NearMisses();
  let state = emptyJudgeState(config.id);
  const found: NearMiss[] = [];
  let at = 0;
  for (const observation of observations) {
    ({ state } = judge(config, state, observation));
    at = Date.parse(observation.at);
    found.push(...misses.take({ at, state, config }));
  }
  return [...found, ...misses.end(at)];
}

describe('near misses', () => {
  it('are people who left a zone just before the confirm time, and not those who only touched it', () => {
    const stay = (until: number) =>
      every(0, 6_000, (ms) => [{ foot: [ms < until ? 300 : 700, 300] }]);
    const [miss, ...others] = missesOf(stay(1_000), only('keep-out'));
    expect(others).toEqual([]);
    expect(miss).toMatchObject({
      ruleId: 'keep-out',
      rule: 'zone-intrusion',
      track: 'a',
      failed: 'too-short',
      heldSeconds: 0.8,
      neededSeconds: 1,
      from: START + 200,
      at: START + 800,
    });
    expect(missesOf(stay(400), only('keep-out'))).toEqual([]);
  });

  it('are none where it was recorded', () => {
    const frames = every(0, 9_000, (ms) => [{ foot: [ms < 3000 ? 300 : 700, 300] }]);
    expect(missesOf(frames, only('keep-out'))).toEqual([]);
  });

  it('are helmets that are missing for too small a share of the time', () => {
    const frames = every(0, 12_000, (ms) => [
      { foot: [300, 300], helmet: ms < 6_000 && ms % 1000 < 600 ? 'missing' : 'worn' },
    ]);
    const misses = missesOf(frames, only('ppe'));
    expect(misses).toHaveLength(1);
    expect(misses[0]).toMatchObject({ item: 'helmet', failed: 'share' });
    expect(misses[0]!.reached).toBeLessThan(1);
  });

  it('are people who came back over a line before its confirm time', () => {
    const config = {
      ...CAMERA,
      rules: [
        {
          kind: 'line-crossing',
          id: 'over',
          severity: 'high',
          line: 'fence',
          direction: 'both',
          confirmSeconds: 2,
        },
      ],
    } as CameraConfig;
    const frames = every(0, 6_000, (ms) => [
      { foot: [ms >= 2_000 && ms < 3_000 ? 560 : 440, 300] },
    ]);
    expect(missesOf(frames, config)).toMatchObject([{ failed: 'returned', ruleId: 'over' }]);
  });

  it('are stays and counts that end too soon', () => {
    const config = {
      ...CAMERA,
      rules: [
        { kind: 'loitering', id: 'stays', severity: 'low', zone: 'hall', confirmSeconds: 10 },
        {
          kind: 'lone-work',
          id: 'alone',
          severity: 'low',
          zone: 'hall',
          confirmSeconds: 8,
          companyIn: 'picture',
        },
      ],
    } as CameraConfig;
    const frames = every(0, 20_000, (ms) =>
      ms < 9_400 ? [{ foot: [300, 300] }] : [{ foot: [700, 300] }],
    );
    const misses = missesOf(frames, config);
    expect(misses.map(({ ruleId, failed, track }) => [ruleId, failed, track])).toEqual(
      expect.arrayContaining([
        ['stays', 'too-short', 'a'],
        ['alone', 'too-short', null],
      ]),
    );
  });

  it('are not those that still go on at the end', () => {
    const frames = every(0, 1_000, () => [{ foot: [300, 300] }]);
    expect(missesOf(frames, only('keep-out'))).toEqual([]);
  });
});
