import type { CameraConfig, RuleConfig } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type Actor, CAMERA, every, run } from './scenes.ts';
import { judgeState } from './state.ts';

const camera = (rule: RuleConfig, changes: Partial<CameraConfig> = {}): CameraConfig => ({
  ...CAMERA,
  ...changes,
  rules: [rule],
});
const base = { severity: 'high', zone: 'hall', confirmSeconds: 20 } as const;
const alone = (id: string): RuleConfig => ({
  ...base,
  kind: 'lone-work',
  id,
  companyIn: 'picture',
});
const unattended = (machine: string): RuleConfig => ({
  ...base,
  kind: 'unattended-machine',
  id: 'one',
  whileMachine: { machine, states: ['running'] },
});
const one = (): Actor[] => [{ track: 'a', foot: [200, 400] }];
const empty = (): Actor[] => [];
/** Both machines run. */
const running = (from: number, to: number) =>
  every(from, to, empty).map((seen) => ({
    ...seen,
    machines: ['press', 'robot'].map((machine) => ({
      machine,
      state: 'running' as const,
      at: null,
    })),
  }));

describe('the times of the scene', () => {
  it.each([11 * 60_000, 24 * 3_600_000])('begin again after an outage of %i ms', (gap) => {
    const config = camera(alone('alone'));
    const { state, verdicts } = run(every(0, 19_000, one), config);
    expect(verdicts).toEqual([]);
    const back = every(gap, gap + 12_000, one);
    expect(run(back, config, state).verdicts).toEqual([]);
    const on = every(gap, gap + 25_000, one);
    expect(run(on, config, state).confirmed).toHaveLength(1);
  });

  it('count of a rule with any id', () => {
    const config = camera(alone('constructor'));
    const { state, confirmed } = run(every(0, 30_000, one), config);
    expect(confirmed).toMatchObject([{ ruleId: 'constructor' }]);
    expect(judgeState.parse(state)).toEqual(state);
  });

  it('are of the rule as it was: another kind, zone or machine under its id begins again', () => {
    const { state } = run(running(0, 19_000), camera(unattended('press')));
    const then = running(19_000, 30_000);
    expect(run(then, camera(unattended('press')), state).confirmed).toHaveLength(1);
    expect(run(then, camera(unattended('robot')), state).verdicts).toEqual([]);

    const before = run(every(0, 19_000, one), camera(alone('one'))).state;
    const after = every(19_000, 30_000, one);
    expect(run(after, camera(alone('one')), before).confirmed).toHaveLength(1);
    const zones = [{ ...CAMERA.zones[0]!, id: 'other' }];
    const seen = after.map((frame) => ({
      ...frame,
      people: frame.people.map((person) => ({ ...person, zones: ['other'] })),
    }));
    const moved = camera({ ...alone('one'), zone: 'other' } as RuleConfig, { zones });
    expect(run(seen, moved, before).verdicts).toEqual([]);
    const crowd = { ...base, kind: 'over-occupancy', id: 'one', maxPeople: 1 } as const;
    const people = every(19_000, 30_000, () => [...one(), { track: 'b', foot: [400, 400] }]);
    expect(run(people, camera(crowd), before).verdicts).toEqual([]);
  });

  it('go on from a state of before it said what they are of', () => {
    const { state } = run(running(0, 19_000), camera(unattended('press')));
    const { about: _, ...old } = state.scene.rules.one!;
    const kept = judgeState.parse({ ...state, scene: { ...state.scene, rules: { one: old } } });
    const { confirmed } = run(running(19_000, 25_000), camera(unattended('press')), kept);
    expect(confirmed).toHaveLength(1);
  });
});
