import type { PpeState } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { every, only, run, START, seen } from './scenes.ts';

const PPE = only('ppe');
const IN: [number, number] = [200, 400];
const OUT: [number, number] = [700, 400];
const bare = { foot: IN, helmet: 'missing' as PpeState };

describe('missing PPE in a zone that requires it', () => {
  it('[VIS-01] confirms a missing helmet after the confirm time, once, with all that the record needs', () => {
    const { confirmed, verdicts } = run(
      every(0, 20_000, () => [bare]),
      PPE,
    );
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'missing-ppe',
      item: 'helmet',
      subject: 'person',
      ruleId: 'ppe',
      severity: 'medium',
      zone: 'hall',
      line: null,
      direction: null,
      startedAt: START,
      confirmedAt: START + 2000,
      confidence: 1,
      actor: 'a',
      tracks: ['a'],
      floor: null,
      path: [],
      arming: null,
    });
    expect(confirmed[0]!.violation).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  it('[VIS-01] distinguishes a missing vest from a missing helmet', () => {
    const both = { foot: IN, helmet: 'missing' as PpeState, vest: 'missing' as PpeState };
    const { confirmed } = run(
      every(0, 4000, () => [both]),
      PPE,
    );
    expect(confirmed.map(({ item }) => item).sort()).toEqual(['helmet', 'vest']);
  });

  it('records nobody who wears it, is outside, or leaves before the confirm time', () => {
    expect(
      run(
        every(0, 9000, () => [{ foot: IN }]),
        PPE,
      ).verdicts,
    ).toEqual([]);
    expect(
      run(
        every(0, 9000, () => [{ ...bare, foot: OUT }]),
        PPE,
      ).verdicts,
    ).toEqual([]);
    const brief = every(0, 9000, (ms) => (ms < 1600 ? [bare] : []));
    expect(run(brief, PPE).verdicts).toEqual([]);
  });

  it('counts unknown neither way: hidden for long, then bare for the rest of the confirm time', () => {
    const helmet = (ms: number): PpeState => (ms >= 1000 && ms < 6000 ? 'unknown' : 'missing');
    const { confirmed } = run(
      every(0, 10_000, (ms) => [{ foot: IN, helmet: helmet(ms) }]),
      PPE,
    );
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.confirmedAt).toBeGreaterThan(START + 6000);
    expect(confirmed[0]!.confirmedAt).toBeLessThanOrEqual(START + 7200);
  });

  it('is not confirmed by unknown sightings alone', () => {
    const state = fc.constantFrom<PpeState>('unknown', 'worn');
    fc.assert(
      fc.property(fc.array(state, { maxLength: 80 }), (helmets) => {
        const frames = helmets.map((helmet, i) =>
          seen(i * 200, { foot: IN, helmet, vest: 'unknown' }),
        );
        expect(run(frames, PPE).verdicts).toEqual([]);
      }),
    );
  });

  it('tolerates a few wrong frames either way', () => {
    const mostly = (rare: PpeState, often: PpeState) => (ms: number) => [
      { foot: IN, helmet: (ms / 200) % 5 === 3 ? rare : often },
    ];
    expect(run(every(0, 20_000, mostly('worn', 'missing')), PPE).confirmed).toHaveLength(1);
    expect(run(every(0, 20_000, mostly('missing', 'worn')), PPE).confirmed).toHaveLength(0);
  });

  it('ends when the helmet is worn for the clear time, and a new episode is a new record', () => {
    const frames = every(0, 24_000, (ms) => [
      { foot: IN, helmet: (ms >= 5000 && ms < 15_000 ? 'worn' : 'missing') as PpeState },
    ]);
    const { verdicts } = run(frames, PPE);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended', 'confirmed']);
    expect(verdicts[1]).toMatchObject({ violation: verdicts[0]!.violation, endedAt: START + 4800 });
    expect(verdicts[2]!.violation).not.toBe(verdicts[0]!.violation);
  });

  it('ends with the last sighting of a person who leaves the picture', () => {
    const { verdicts } = run(
      every(0, 20_000, (ms) => (ms < 6000 ? [bare] : [])),
      PPE,
    );
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    expect(verdicts[1]).toMatchObject({ endedAt: START + 5800 });
  });

  it('ends the open episodes of a removed rule', () => {
    const { state } = run(
      every(0, 4000, () => [bare]),
      PPE,
    );
    const { verdicts } = run([seen(4200, bare)], only('keep-out'), state);
    expect(verdicts).toMatchObject([{ type: 'ended', rule: 'missing-ppe', ruleId: 'ppe' }]);
  });
});

describe('one record per episode', () => {
  const broken = (gap: number, jump: number) =>
    every(0, 20_000, (ms) => {
      if (ms < 5000) return [{ ...bare, track: 'a' }];
      if (ms < 5000 + gap) return [];
      return [{ ...bare, track: 'b', foot: [IN[0] + jump, IN[1]] }];
    });

  it('continues where a lost track reappears near by', () => {
    const { confirmed, verdicts } = run(broken(3000, 60), PPE);
    expect(confirmed).toHaveLength(1);
    expect(verdicts).toHaveLength(1);
  });

  it('starts a new episode where it reappears too far or too late', () => {
    expect(run(broken(400, 220), PPE).confirmed).toHaveLength(2);
    expect(run(broken(9000, 0), PPE).confirmed).toHaveLength(2);
  });

  it('measures in metres where the camera is calibrated', () => {
    const at = (jump: number) =>
      every(0, 12_000, (ms) => [
        ms < 5000
          ? { ...bare, track: 'a', floor: [3, 4] as [number, number] }
          : { ...bare, track: 'b', floor: [3 + jump, 4] as [number, number] },
      ]);
    expect(run(at(0.5), PPE).confirmed).toHaveLength(1);
    expect(run(at(3), PPE).confirmed).toHaveLength(2);
  });

  it('carries evidence over a broken track', () => {
    const frames = every(0, 3000, (ms) => [{ ...bare, track: ms < 1400 ? 'a' : 'b' }]);
    const { confirmed } = run(frames, PPE);
    expect(confirmed[0]).toMatchObject({
      startedAt: START,
      confirmedAt: START + 2000,
      tracks: ['a', 'b'],
    });
  });

  it('is not shared by two people: the nearest continues, the other starts a new one', () => {
    const frames = [
      ...every(0, 5000, () => [{ ...bare, track: 'a' }]),
      ...every(6000, 12_000, () => [
        { ...bare, track: 'b', foot: [230, 400] },
        { ...bare, track: 'c', foot: [205, 400] },
      ]),
    ];
    const { confirmed } = run(frames, PPE);
    expect(confirmed.map(({ tracks }) => tracks)).toEqual([['a'], ['b']]);
  });

  it('survives blind time or a worker restart, within limits', () => {
    const after = (gap: number) => [
      ...every(0, 5000, () => [{ ...bare, track: 'a' }]),
      ...every(5000 + gap, 12_000 + gap, () => [{ ...bare, track: 'x' }]),
    ];
    expect(run(after(40_000), PPE).confirmed).toHaveLength(1);
    const late = run(after(90_000), PPE);
    expect(late.confirmed).toHaveLength(2);
    expect(late.verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended', 'confirmed']);
  });
});
