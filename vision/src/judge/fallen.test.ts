import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { acted, DOWN_RULE, fall, hold, VIEW } from './falls.ts';
import { boxAround, figure, POSTURES, type Posture } from './figures.ts';
import { CAMERA, run, START } from './scenes.ts';

const { standing, sittingOnFloor, lying, squatting } = POSTURES;

/* Detectors and pose models see a person who lies badly. */
describe('a person who fell', () => {
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

  it('has not crossed a line between two boxes on the body, whichever of them the pose is on', () => {
    const frames = acted(fall(lying), 12_000).map((one, i) => {
      const ms = i * 200;
      const [person] = one.people;
      if (ms < 4000 || !person) return one;
      const [left, top, right, bottom] = person.box;
      const middle = (left + right) / 2;
      const part = (track: string, box: Box, hasPose: boolean) => ({
        ...person,
        track,
        box,
        pose: hasPose ? person.pose : null,
      });
      const isOver = ms >= 4800;
      return {
        ...one,
        people: [
          part('a', person.box, !isOver),
          part('b', [middle - 10, top, right, bottom], true),
        ],
      };
    });
    // Between the feet of the two boxes.
    const x = 315;
    const { confirmed } = run(frames, {
      ...DOWN_RULE,
      lines: [{ ...CAMERA.lines[0]!, from: [x, 600], to: [x, 100] }],
      rules: [...DOWN_RULE.rules, ...CAMERA.rules.filter(({ id }) => id === 'over')],
    });
    expect(confirmed.map(({ ruleId, actor }) => [ruleId, actor])).toEqual([['down', 'a']]);
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

  it('is one record although a second box was there before the own one is lost', () => {
    const frames = acted(fall(lying), 90_000).map((one, i) => {
      const ms = i * 200;
      const [person] = one.people;
      if (ms < 3600 || !person) return one;
      const other = { ...person, track: 'b' };
      if (ms < 4400) return { ...one, people: [person, { ...other, pose: null }] };
      // The pose is missing now and then.
      return { ...one, people: [{ ...other, pose: ms % 1000 < 200 ? null : person.pose }] };
    });
    const { verdicts } = run(frames, DOWN_RULE);
    expect(verdicts).toMatchObject([{ type: 'confirmed', actor: 'a' }]);
  });

  it('is not up because of two misjudged frames with a lost pose between them', () => {
    const frames = acted(fall(lying), 12_000).map((one, i) => {
      const ms = i * 200;
      if (ms < 4600) return one;
      const isWrong = ms === 4600 || ms === 5400;
      const pose = isWrong ? figure(sittingOnFloor, VIEW) : null;
      return { ...one, people: one.people.map((person) => ({ ...person, pose })) };
    });
    expect(run(frames, DOWN_RULE).confirmed).toHaveLength(1);
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
