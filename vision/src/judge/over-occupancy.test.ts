import type { Box, Observation, Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { every, run, START } from './scenes.ts';
import { CROWD, during, people, spot, types, WARM } from './zone-scenes.ts';

describe('more people in a zone than may be', () => {
  it('are recorded at exactly the time, once, of the zone, with the tracks of those in it', () => {
    expect(during(CROWD, WARM + 5_000, () => people(3)).verdicts).toEqual([]);
    const { confirmed, verdicts } = during(CROWD, 60_000, () => [
      ...people(3),
      { track: 'outside', foot: [800, 400] },
    ]);
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'over-occupancy',
      ruleId: 'crowd',
      severity: 'high',
      subject: 'zone',
      zone: 'hall',
      actor: null,
      box: null,
      floor: null,
      path: [],
      arming: null,
      tracks: ['t0', 't1', 't2'],
      startedAt: START + WARM,
      confirmedAt: START + WARM + 5_000,
    });
  });

  it('are none where as many as may be are in it', () => {
    expect(during(CROWD, 60_000, () => people(2)).verdicts).toEqual([]);
  });

  it('are counted over missed detections, and two one behind the other are two', () => {
    const { confirmed } = during(CROWD, 30_000, (ms) =>
      // Each is missed in turn, and the third is hidden behind the second for four seconds.
      people(3).filter((_, n) => (ms / 200) % 5 !== n && !(n === 2 && ms >= 6_000 && ms < 10_000)),
    );
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.confirmedAt).toBeLessThanOrEqual(START + WARM + 8_000);
    const behind = during(CROWD, 20_000, () => [
      { track: 'a', foot: [200, 400] },
      { track: 'b', foot: [205, 370] },
      { track: 'c', foot: [300, 400] },
    ]);
    expect(behind.confirmed).toHaveLength(1);
  });

  it('are not made by new tracks, by two boxes on one body, or by a false detection', () => {
    const changing = during(CROWD, 60_000, (ms) =>
      people(2).map((one, n) => ({ ...one, track: `${one.track}-${Math.floor(ms / 1_000) + n}` })),
    );
    expect(changing.verdicts).toEqual([]);
    const twice = during(CROWD, 60_000, () => [
      ...people(2),
      { track: 'again', foot: [spot(1)[0] + 4, 402] },
    ]);
    expect(twice.verdicts).toEqual([]);
    // One who sits, with a box round the upper body as well: two records would be of one person.
    const sits = every(0, 60_000, () => people(2)).map((one) => ({
      ...one,
      people: [
        ...one.people,
        { ...one.people[1]!, track: 'upper', box: [138, 301, 166, 355] as Box },
      ],
    }));
    expect(run(sits, CROWD).verdicts).toEqual([]);
    // One who bends, with a box round the legs as well.
    const bends = every(0, 60_000, () => people(2)).map((one) => ({
      ...one,
      people: [
        ...one.people,
        { ...one.people[1]!, track: 'legs', box: [132, 335, 155, 399] as Box },
      ],
    }));
    expect(run(bends, CROWD).verdicts).toEqual([]);
    // One who crouches before another person stands nearer to the camera.
    const crouches = bends.map((one) => ({
      ...one,
      people: one.people.map((who) =>
        who.track === 'legs' ? { ...who, box: [132, 345, 155, 409] as Box } : who,
      ),
    }));
    expect(run(crouches, CROWD).confirmed).toHaveLength(1);
    const ghosts = during(CROWD, 60_000, (ms) => [
      ...people(2),
      ...(ms % 3_000 < 400 ? [{ track: `g${ms}`, foot: [400, 300] as Point }] : []),
    ]);
    expect(ghosts.verdicts).toEqual([]);
  });

  it('start again where one leaves, and end when they are gone for the clear time', () => {
    const stepped = (from: number, to: number) =>
      during(CROWD, 40_000, (ms) =>
        people(3).map((one, n) =>
          n === 2 && ms >= from && ms < to ? { ...one, foot: [700, 400] } : one,
        ),
      );
    expect(stepped(6_000, 8_000).confirmed[0]!.startedAt).toBe(START + 8_000);
    expect(types(stepped(12_000, 18_000))).toEqual(['confirmed']);
    expect(types(stepped(12_000, 24_000))).toEqual(['confirmed', 'ended', 'confirmed']);
  });

  it('count the one half out of the picture', () => {
    const { confirmed } = during(CROWD, 20_000, () => [
      ...people(2),
      { track: 'edge', foot: [5, 500] },
    ]);
    expect(confirmed).toHaveLength(1);
  });

  it('say nothing while the camera starts, is away, or shows something else', () => {
    const frames = every(0, 60_000, () => people(3));
    const at = (one: Observation) => Date.parse(one.at) - START;
    const away = frames.filter((one) => at(one) < 4_000 || at(one) >= 20_000);
    expect(run(away, CROWD).confirmed).toMatchObject([{ confirmedAt: START + 27_000 }]);
    const other = frames.map((one) =>
      at(one) < 30_000 ? { ...one, degraded: true as const } : one,
    );
    expect(run(other, CROWD).confirmed).toMatchObject([{ confirmedAt: START + 38_000 }]);
    const seldom = frames.filter((one) => at(one) % 1_800 === 0);
    expect(run(seldom, CROWD).verdicts).toEqual([]);
    // A camera that is analysed so seldom by its configuration is judged.
    expect(run(seldom, { ...CROWD, analysisFps: 0.5 }).confirmed).toHaveLength(1);
  });
});
