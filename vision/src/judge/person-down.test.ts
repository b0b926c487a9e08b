import type { Box, CameraConfig, Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, boxAround, figure, POSTURES, type Posture, type View } from './figures.ts';
import { DOWN, emptyBody, judgePosture } from './posture.ts';
import { type Actor, CAMERA, every, run, START } from './scenes.ts';

const DOWN_RULE: CameraConfig = {
  ...CAMERA,
  rules: [{ kind: 'person-down', id: 'down', severity: 'high' }],
};
const VIEW: View = { stature: 200, foot: [300, 500] };
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

/** Changes from one posture to another between two times. */
function acted(
  plan: readonly (readonly [from: number, posture: Posture])[],
  until: number,
  how: Partial<View> = {},
  more: (ms: number) => Partial<Actor> = () => ({}),
) {
  return every(0, until, (ms) => {
    const next = plan.findIndex(([from]) => from > ms);
    const [from, posture] = plan[next < 0 ? plan.length - 1 : next - 1]!;
    const following = plan[next];
    const share = following ? (ms - from) / (following[0] - from) : 0;
    const now = following ? between(posture, following[1], share) : posture;
    const at = { ...VIEW, ...how };
    return [{ foot: at.foot, pose: figure(now, at), ...more(ms) }];
  });
}
const hold = (from: number, to: number, posture: Posture) =>
  [
    [from, posture],
    [to, posture],
  ] as const;

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
const fall = (onto: Posture) => [...hold(0, 3000, standing), ...hold(4000, 60_000, onto)];

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

  it('is recorded although the posture is misjudged in a frame now and then', () => {
    const frames = acted(fall(lying), 12_000).map((one, i) => {
      const isWrong = i * 200 > 4400 && i % 6 === 0;
      const pose = isWrong ? figure(sittingOnFloor, VIEW) : one.people[0]!.pose;
      return { ...one, people: one.people.map((person) => ({ ...person, pose })) };
    });
    const { confirmed } = run(frames, DOWN_RULE);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(9000);
  });

  it('ends the record when the person gets up', () => {
    const plan = [...fall(lying).slice(0, 3), [12_000, lying], ...hold(13_000, 60_000, standing)];
    const { verdicts } = run(acted(plan as never, 30_000), DOWN_RULE);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed', 'ended']);
    const [, ended] = verdicts;
    expect(ended?.type === 'ended' && ended.endedAt - START).toBeLessThanOrEqual(13_000);
  });

  it('is one record although the track of the lying person is lost, while no other person is there', () => {
    const lostUntil = (until: number) =>
      acted(fall(lying), 60_000).map((one, i) => {
        const ms = i * 200;
        const people = ms > 9000 && ms < until ? [] : one.people;
        const track = ms < 9000 ? 'a' : 'b';
        return { ...one, people: people.map((person) => ({ ...person, track })) };
      });
    expect(run(lostUntil(49_000), DOWN_RULE).verdicts).toHaveLength(1);
  });

  it('is recorded although the pose goes over to another box on the body', () => {
    const frames = acted(fall(lying), 12_000).map((one, i) => {
      const ms = i * 200;
      const [person] = one.people;
      if (ms < 4000 || !person) return one;
      const [left, top, right, bottom] = person.box;
      const middle = (left + right) / 2;
      const legs = { ...person, pose: null, box: [left, top, middle + 10, bottom] as Box };
      const other = { ...person, track: 'b', box: [middle - 10, top, right, bottom] as Box };
      return { ...one, people: ms < 4400 ? [legs, other] : [other] };
    });
    const { confirmed } = run(frames, DOWN_RULE);
    expect(confirmed).toMatchObject([{ actor: 'a', tracks: ['a', 'b'] }]);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(8000);
  });

  it.each([
    ['stands', standing],
    ['squats', squatting],
    ['kneels, bent over them', { torso: 75, thighs: [0, 0], shanks: [-90, -90] } as Posture],
  ])('is not passed on to a helper who comes and %s there', (_, helps) => {
    const frames = acted(fall(lying), 40_000).map((one, i) => {
      const ms = i * 200;
      const [fallen] = one.people;
      if (ms < 6400 || !fallen) return one;
      const pose = figure(helps, { ...VIEW, foot: [340, 500] });
      const helper = { ...fallen, track: 'helper', pose, box: boxAround(pose) };
      return {
        ...one,
        people: [{ ...fallen, pose: ms % 1000 < 600 ? null : fallen.pose }, helper],
      };
    });
    const { verdicts } = run(frames, DOWN_RULE);
    expect(verdicts).toMatchObject([{ type: 'confirmed', actor: 'a', tracks: ['a'] }]);
  });

  it('keeps its record where two boxes take turns, each with its own track', () => {
    const frames = acted(fall(lying), 90_000).map((one, i) => {
      const ms = i * 200;
      const [person] = one.people;
      if (ms < 3600 || !person) return one;
      const [left, top, right, bottom] = person.box;
      const turn = Math.floor(ms / 1400) % 3;
      const part = (track: string, box: Box, hasPose: boolean) => ({
        ...person,
        track,
        box,
        pose: hasPose ? person.pose : null,
      });
      const legs = part('a', [left, top, right - 40, bottom], turn === 1);
      const other = part('b', [left + 40, top, right, bottom], turn === 2);
      return { ...one, people: turn === 0 ? [legs, other] : turn === 1 ? [legs] : [other] };
    });
    const { confirmed, verdicts } = run(frames, DOWN_RULE);
    expect(verdicts.map(({ type }) => type)).toEqual(['confirmed']);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(9000);
  });

  it('is over where the pose is lost while the person gets up behind a bench', () => {
    // Only the head is seen from 4.8 s on.
    const frames = acted(fall(lying), 40_000).map((one, i) => {
      if (i * 200 < 4800) return one;
      const head: Box = [270, 300, 330, 340];
      return { ...one, people: one.people.map((p) => ({ ...p, pose: null, box: head })) };
    });
    expect(run(frames, DOWN_RULE).verdicts).toEqual([]);
  });

  it('is recorded by the box where the pose is lost as soon as the body lies', () => {
    const frames = acted(fall(lying), 12_000).map((one, i) =>
      i * 200 < 4000 ? one : { ...one, people: one.people.map((p) => ({ ...p, pose: null })) },
    );
    expect(run(frames, DOWN_RULE).confirmed).toHaveLength(1);
    // The same box, of a person who was not seen to come down, says nothing.
    const found = acted(hold(0, 60_000, lying), 50_000).map((one) => ({
      ...one,
      people: one.people.map((p) => ({ ...p, pose: null })),
    }));
    expect(run(found, DOWN_RULE).verdicts).toEqual([]);
  });

  it('under a new track continues the person who stood there', () => {
    const frames = acted(fall(lying), 12_000, {}, (ms) => ({ track: ms < 3600 ? 'a' : 'b' }));
    const { confirmed } = run(frames, DOWN_RULE);
    expect(confirmed).toMatchObject([{ actor: 'a', tracks: ['a', 'b'] }]);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThanOrEqual(7600);
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
          return judgePosture(memory, { pose, box: boxAround(pose) }, ms);
        };
        for (let ms = 0; ms < 1000; ms += 200) step(standing, ms);
        let sight = step(posture, 1000);
        for (let ms = 1200; ms < 3000; ms += 200) sight = step(posture, ms);
        expect(sight).toBe(posture === lying ? 'holds' : 'gone');
      }),
    );
  });
});
