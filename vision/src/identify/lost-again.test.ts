import { expect, it } from 'vitest';
import { namesOf, pacing, play, saidOf, sceneOf, type Way } from '../testing/floor-scene.ts';

/* A wearer and a man without a badge come out of a doubt, and the wearer is lost again at once, beside a third person. */

const TOUCHING = { touching: 1 };
const wearer = pacing(5, 1, 19, 0, 1.2);
const MEET_S = 40;
const [meetX, meetY] = wearer(MEET_S);
/** He comes from the north, meets her, and stands two metres from where she stands from then on. */
const man: Way = (s) => [meetX, s < MEET_S ? meetY + 1.2 * (MEET_S - s) : meetY + 0.4];
const woman: Way = (s) =>
  s < MEET_S ? wearer(s) : [meetX, meetY - Math.min(2, 1.2 * (s - MEET_S))];
/** From then on a third one walks past her again and again. */
const LOST_S = MEET_S + 5;
const third: Way = (s) => [meetX + 1.4 * Math.sin(2.2 * (s - LOST_S)), meetY - 2.2];
/** Half-way between both: the fixes do not tell whom they are of. */
const badge: Way = (s) => (s < MEET_S ? wearer(s) : [meetX, meetY - 0.8]);

const people = [
  { track: 'woman', way: woman },
  { track: 'man', way: man, seen: (s: number) => s > MEET_S - 8 },
  { track: 'third', way: third, seen: (s: number) => s > LOST_S },
];

it('a wearer who comes out of the next doubt for a moment only is not forgotten', () => {
  const decisions = play(sceneOf(MEET_S + 22, people, [{ badge: 'w', way: badge }]), TOUCHING);
  expect(saidOf(decisions, 'woman', MEET_S - 2)).toMatchObject({ handle: 'w' });
  // She is in sight for less than a second at a time.
  const inSight = decisions.filter(
    ({ at, decision }) =>
      at > 1000 * (LOST_S + 3) &&
      decision.identities.some(({ track, segment }) => track === 'woman' && segment !== null),
  );
  expect(inSight.length).toBeGreaterThan(0);
  expect(namesOf(decisions, 'man')).toEqual([]);
});
