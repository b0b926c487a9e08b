import type { CameraConfig, Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acted, DOWN_RULE, fall, hold, VIEW } from './falls.ts';
import { boxAround, figure, POSTURES, type Posture } from './figures.ts';
import { DOWN, emptyBody, judgePosture } from './posture.ts';
import { every, run, START } from './scenes.ts';

const name = fc.constantFrom<keyof typeof POSTURES>(
  'standing',
  'walking',
  'running',
  'sittingOnChair',
  'leaningOnChair',
  'bending',
  'squatting',
  'kneeling',
  'sittingOnFloor',
  'stepping',
);
const view = fc.record({
  stature: fc.integer({ min: 60, max: 400 }),
  turn: fc.integer({ min: 0, max: 359 }),
  pitch: fc.integer({ min: 0, max: 40 }),
});

const {
  standing,
  sittingOnChair,
  sittingOnFloor,
  lying,
  lyingOnBack,
  lyingKneesUp,
  lyingCurled,
  squatting,
} = POSTURES;
describe('a fall', () => {
  it.each([
    ['and lies', lying],
    ['on the back, the knees up', lyingKneesUp],
    ['and curls up', lyingCurled],
  ])('%s is recorded once, after the confirm time', (_, onto) => {
    const { verdicts, confirmed } = run(acted(fall(onto), 30_000), DOWN_RULE);
    expect(verdicts).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({
      rule: 'person-down',
      ruleId: 'down',
      severity: 'high',
      zone: null,
      line: null,
      arming: null,
    });
    expect(confirmed[0]!.startedAt - START).toBeGreaterThanOrEqual(3400);
    expect(confirmed[0]!.startedAt - START).toBeLessThanOrEqual(4400);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(7600);
  });

  it('is recorded from all sides, by a level and by a tilted camera', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 400 }),
        // Except lying along the line of sight, head away from the camera: see the card.
        fc.oneof(fc.integer({ min: -45, max: 90 }), fc.integer({ min: 90, max: 225 })),
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom(lying, lyingKneesUp, lyingCurled),
        (stature, turn, pitch, onto) => {
          const { confirmed } = run(acted(fall(onto), 12_000, { stature, turn, pitch }), DOWN_RULE);
          expect(confirmed).toHaveLength(1);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('from a chair is recorded equally fast', () => {
    const plan = [...hold(0, 3000, sittingOnChair), ...hold(4200, 60_000, lying)];
    const { confirmed } = run(acted(plan, 12_000), DOWN_RULE);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(8000);
  });

  it('is not recorded when the person gets up within the confirm time', () => {
    const plan = [...fall(lying).slice(0, 3), [5400, lying], ...hold(6400, 60_000, standing)];
    expect(run(acted(plan as never, 30_000), DOWN_RULE).verdicts).toEqual([]);
  });

  it('ends the record when the person gets up', () => {
    const plan = [...fall(lying).slice(0, 3), [12_000, lying], ...hold(13_000, 60_000, standing)];
    const { verdicts } = run(acted(plan as never, 30_000), DOWN_RULE);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    const [, ended] = verdicts;
    expect(ended?.type === 'ended' && ended.endedAt - START).toBeLessThanOrEqual(13_000);
  });
});

describe('no fall', () => {
  it('is recorded for standing, walking, sitting, bending, crouching or kneeling', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 6 }), view, (names, how) => {
        const plan = names.map((one, i) => [i * 1500, POSTURES[one]] as const);
        expect(run(acted(plan, 30_000, how), DOWN_RULE).verdicts).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is recorded for a fast squat to a shoe, or for work at the floor', () => {
    const onto = fc.record({
      torso: fc.integer({ min: 50, max: 70 }),
      thigh: fc.integer({ min: 100, max: 110 }),
      shank: fc.integer({ min: -38, max: -32 }),
    });
    const from = fc.record({
      stature: fc.integer({ min: 60, max: 400 }),
      // From the side; for motion towards the camera see the card.
      turn: fc.constantFrom(-30, -15, 0, 15, 30, 150, 165, 180, 195, 210),
      pitch: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(onto, from, ({ torso, thigh, shank }, how) => {
        const low = { torso, thighs: [thigh, thigh], shanks: [shank, shank] } as const;
        const plan = [...hold(0, 2000, standing), ...hold(3200, 60_000, low)];
        expect(run(acted(plan, 50_000, how), DOWN_RULE).verdicts).toEqual([]);
      }),
      {
        numRuns: 40,
        // Feet away from a camera that looks down: the ankles look hardly lower than the hips.
        examples: [
          [
            { torso: 64, thigh: 110, shank: -38 },
            { stature: 60, turn: 195, pitch: 19 },
          ],
          [
            { torso: 70, thigh: 110, shank: -38 },
            { stature: 400, turn: -30, pitch: 17 },
          ],
        ],
      },
    );
  });

  it('is recorded for slowly lying down, or a person first seen lying: only after a longer time', () => {
    const inPeace = [
      ...hold(0, 2000, standing),
      ...hold(3500, 5000, sittingOnChair),
      ...hold(6500, 8000, sittingOnFloor),
      ...hold(9500, 90_000, lyingOnBack),
    ];
    for (const [plan, from] of [
      [inPeace, 9300],
      [hold(0, 90_000, lying), 0],
    ] as const) {
      const { confirmed } = run(acted(plan, 60_000), DOWN_RULE);
      expect(confirmed).toHaveLength(1);
      const after = confirmed[0]!.confirmedAt - START - from;
      // The evidence has to hold for 70 % of the confirm time.
      expect(after).toBeGreaterThanOrEqual(700 * DOWN.foundLyingSeconds - 200);
      expect(after).toBeLessThanOrEqual(1000 * DOWN.foundLyingSeconds + 3000);
    }
  });

  it('is recorded for floor exercises', () => {
    const plank = { torso: 78, thighs: [-72, -72], shanks: [-72, -72] } as const;
    const frames = every(0, 40_000, (ms) => {
      const down = Math.abs(((ms / 1000) % 2) - 1);
      const pose = figure({ ...plank, lift: 0.2 - 0.2 * down }, VIEW);
      return [{ foot: VIEW.foot, pose }];
    });
    expect(run(frames, DOWN_RULE).verdicts).toEqual([]);
  });
});

describe('missing observations', () => {
  it('are no evidence: no pose, or one with a low score', () => {
    const unseen = acted(fall(lying), 40_000).map((one, i) => ({
      ...one,
      people: one.people.map((person) => ({
        ...person,
        // Before the fall.
        pose: i * 200 > 3000 ? null : person.pose,
      })),
    }));
    expect(run(unseen, DOWN_RULE).verdicts).toEqual([]);
    const doubted = acted(fall(lying), 40_000, { score: 0.1 });
    expect(run(doubted, DOWN_RULE).verdicts).toEqual([]);
  });

  it('leave an episode open while the person is hidden', () => {
    const frames = acted(fall(lying), 40_000).map((one, i) => ({
      ...one,
      people: one.people.map((person) => ({
        ...person,
        pose: i * 200 > 9000 ? null : person.pose,
      })),
    }));
    expect(run(frames, DOWN_RULE).verdicts).toHaveLength(1);
  });
});

describe('a rule for a zone', () => {
  const inHall: CameraConfig = {
    ...DOWN_RULE,
    rules: [{ kind: 'person-down', id: 'down', severity: 'high', zone: 'hall' }],
  };
  const at = (foot: Point) => run(acted(fall(lying), 12_000, { foot }), inHall).confirmed;

  it('applies to people who lie in it', () => {
    expect(at([300, 500])).toMatchObject([{ zone: 'hall' }]);
    expect(at([750, 500])).toEqual([]);
  });
});

describe('the posture in one frame', () => {
  it('does not depend on scale or a few pixels of noise', () => {
    const seen = fc.record({
      stature: fc.integer({ min: 80, max: 400 }),
      turn: fc.constantFrom(0, 20, 160, 180, 200, 340),
      pitch: fc.integer({ min: 0, max: 30 }),
    });
    const jitter = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 34,
      maxLength: 34,
    });
    fc.assert(
      fc.property(seen, jitter, fc.constantFrom(squatting, lying), (how, offsets, posture) => {
        const memory = emptyBody();
        const noise = (i: number): Point => [
          0.02 * how.stature * offsets[2 * i]!,
          0.02 * how.stature * offsets[2 * i + 1]!,
        ];
        const step = (one: Posture, ms: number) => {
          const pose = figure(one, { ...VIEW, ...how, noise });
          return judgePosture(memory, { pose, box: boxAround(pose) }, ms, [1000, 600]);
        };
        for (let ms = 0; ms < 1000; ms += 200) step(standing, ms);
        let sight = step(posture, 1000);
        for (let ms = 1200; ms < 3000; ms += 200) sight = step(posture, ms);
        expect(sight).toBe(posture === lying ? 'holds' : 'gone');
      }),
    );
  });
});
