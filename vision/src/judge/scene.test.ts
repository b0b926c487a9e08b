import type { MachineSeen, Observation, Point, RuleConfig } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endEpisodes } from './end-episodes.ts';
import { judge } from './judge.ts';
import { every, run, START, seen } from './scenes.ts';
import { emptyJudgeState, judgeState } from './state.ts';
import type { Verdict } from './verdict.ts';
import {
  ALONE,
  base,
  CROWD,
  camera,
  during,
  PRESS,
  people,
  pressed,
  spot,
  told,
  types,
  WARM,
} from './zone-scenes.ts';

describe('a person who works alone', () => {
  it('is recorded at exactly the time, of the zone', () => {
    expect(during(ALONE, WARM + 20_000, () => people(1)).verdicts).toEqual([]);
    const { confirmed, verdicts } = during(ALONE, 90_000, () => people(1));
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'lone-work',
      subject: 'zone',
      tracks: ['t0'],
      startedAt: START + WARM,
      confirmedAt: START + WARM + 20_000,
    });
  });

  it('is not alone with a second one in sight; in the zone, where the rule asks for that', () => {
    const second = () => [...people(1), { track: 'far', foot: [800, 300] as Point }];
    expect(during(ALONE, 60_000, second).verdicts).toEqual([]);
    const zone = camera({ ...ALONE.rules[0]!, companyIn: 'zone' } as RuleConfig);
    expect(during(zone, 60_000, second).confirmed).toHaveLength(1);
    expect(during(zone, 60_000, () => people(2)).verdicts).toEqual([]);
  });

  it('starts again with a visit, and not with a false detection or a track that changes', () => {
    const visited = (ms: number) =>
      during(ALONE, 60_000, (at) => [
        ...people(1),
        ...(at >= 15_000 && at < 15_000 + ms ? [{ track: 'v', foot: [800, 300] as Point }] : []),
      ]).confirmed[0]!.confirmedAt - START;
    expect(visited(400)).toBe(WARM + 20_000);
    expect(visited(4_000)).toBeGreaterThan(19_000 + 20_000);
    const changing = during(ALONE, 60_000, (ms) => [
      { track: `t${Math.floor(ms / 3_000)}`, foot: spot(0) },
    ]);
    expect(changing.confirmed).toMatchObject([{ confirmedAt: START + WARM + 20_000 }]);
  });

  it('goes on over seconds in which the person is hidden', () => {
    const { confirmed } = during(ALONE, 60_000, (ms) =>
      ms >= 10_000 && ms < 16_000 ? [] : people(1),
    );
    expect(confirmed).toMatchObject([{ startedAt: START + WARM }]);
    expect(confirmed[0]!.confirmedAt).toBe(START + WARM + 20_000);
  });

  it('two of whom one hides the other for a while are not alone', () => {
    const { verdicts } = during(ALONE, 120_000, (ms) => people(ms % 20_000 < 14_000 ? 2 : 1));
    expect(verdicts).toEqual([]);
  });

  it('is nobody in an empty zone', () => {
    expect(during(ALONE, 60_000, () => []).verdicts).toEqual([]);
  });
});

describe('a machine that runs unattended', () => {
  it('is recorded at exactly the time, of the machine, with its state', () => {
    expect(pressed(WARM + 20_000, () => []).verdicts).toEqual([]);
    const { confirmed, verdicts } = pressed(90_000, () => []);
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'unattended-machine',
      subject: 'machine',
      zone: 'hall',
      box: null,
      tracks: [],
      arming: { by: 'machine', machine: { machine: 'press', state: 'running' } },
      confirmedAt: START + WARM + 20_000,
    });
  });

  it('is none while it stands, while its state is not known, or with an operator', () => {
    for (const state of ['stopped', 'idle', 'fault', 'unknown'] as const) {
      expect(
        pressed(
          60_000,
          () => [],
          () => state,
        ).verdicts,
      ).toEqual([]);
    }
    expect(pressed(60_000, () => people(1)).verdicts).toEqual([]);
    expect(
      run(
        every(0, 60_000, () => []),
        PRESS,
      ).verdicts,
    ).toEqual([]);
  });

  it('does not take an operator for gone who is seldom detected or hidden for seconds', () => {
    expect(pressed(120_000, (ms) => (ms % 4_000 < 800 ? people(1) : [])).verdicts).toEqual([]);
    expect(pressed(120_000, (ms) => (ms % 30_000 < 10_000 ? people(1) : [])).verdicts).toEqual([]);
  });

  it('ends with the operator, and with the machine', () => {
    expect(types(pressed(60_000, (ms) => (ms < 30_000 ? [] : people(1))))).toEqual([
      'confirmed',
      'ended',
    ]);
    const stops = pressed(
      60_000,
      () => [],
      (ms) => (ms < 30_000 ? 'running' : 'stopped'),
    );
    expect(types(stops)).toEqual(['confirmed', 'ended']);
    expect(stops.verdicts[1]).toMatchObject({ endedAt: START + 29_800, track: null });
  });

  it('starts again where an operator looked in, and not where a person was drawn for a moment', () => {
    const at = (length: number) =>
      pressed(60_000, (ms) => (ms >= 12_000 && ms < 12_000 + length ? people(1) : [])).confirmed[0]!
        .confirmedAt - START;
    expect(at(400)).toBe(WARM + 20_000);
    expect(at(4_000)).toBeGreaterThan(16_000 + 20_000 - 1);
  });
});

describe('the memory of the scene', () => {
  const ALL = camera(...CROWD.rules, ...ALONE.rules, ...PRESS.rules, {
    ...base,
    kind: 'loitering',
    id: 'stays',
    confirmSeconds: 10,
  });
  const frame = fc.record({
    step: fc.constantFrom(200, 200, 200, 400, 1_500, 5_000, 90_000),
    repeat: fc.integer({ min: 1, max: 60 }),
    tracks: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
    state: fc.constantFrom<MachineSeen['state']>('running', 'stopped', 'unknown'),
  });
  interface Frame {
    step: number;
    repeat: number;
    tracks: string[];
    state: MachineSeen['state'];
  }
  const story = (frames: Frame[]): Observation[] => {
    let at = 0;
    return frames.flatMap(({ step, repeat, tracks, state }) =>
      Array.from({ length: step > 400 ? 1 : repeat }, () => {
        at += step;
        const actors = tracks.map((track, n) => ({ track, foot: spot(n) }));
        return told([seen(at, ...actors)], () => state)[0]!;
      }),
    );
  };

  it('gives the same records for a stream in any pieces, over a saved state', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(700), { maxLength: 6 }),
        (frames, cuts) => {
          const all = story(frames);
          let whole = emptyJudgeState('gate');
          const expected = all.flatMap((one) => {
            const judged = judge(ALL, whole, one);
            whole = judged.state;
            return judged.verdicts;
          });
          const edges = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])];
          let state = emptyJudgeState('gate');
          const found: Verdict[] = [];
          edges
            .sort((a, b) => a - b)
            .forEach((from, i) => {
              for (const one of all.slice(from, edges[i + 1] ?? from)) {
                const judged = judge(ALL, state, one);
                state = judged.state;
                found.push(...judged.verdicts);
              }
              state = judgeState.parse(JSON.parse(JSON.stringify(state)));
            });
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('survives a state of before it was there, and ends with its camera or its rule', () => {
    const { scene: _, ...before } = emptyJudgeState('gate');
    const first = judgeState.parse(before);
    const { state, confirmed } = run(
      every(0, 20_000, () => people(3)),
      CROWD,
      first,
    );
    expect(confirmed).toHaveLength(1);
    expect(endEpisodes(state)).toMatchObject({
      verdicts: [{ type: 'ended', ruleId: 'crowd', track: null }],
      state: { scene: { rules: {} } },
    });
    const without = run(
      every(20_000, 20_400, () => people(3)),
      camera(),
      state,
    );
    expect(types(without)).toEqual(['ended']);
  });

  it('starts again after a clock that is set, and after a long outage', () => {
    const set = every(0, 40_000, () => people(1)).map((one) => {
      const at = Date.parse(one.at);
      return at - START < 12_000 ? one : { ...one, at: new Date(at + 3_600_000).toISOString() };
    });
    expect(run(set, ALONE).confirmed).toHaveLength(1);
    const outage = [
      ...every(0, 20_000, () => people(1)),
      ...every(220_000, 235_000, () => people(1)),
    ];
    expect(run(outage, ALONE).verdicts).toEqual([]);
  });
});
