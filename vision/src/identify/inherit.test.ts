import { describe, expect, it } from 'vitest';
import { namesOf, pacing, play, saidOf, sceneOf } from '../testing/floor-scene.ts';
import { Bodies } from './bodies.ts';

type Place = [number, number];

/** They come within touch of each other where they meet: the tracker may exchange them there. */
const north = pacing(5.4, 1, 19, 0, 1.2);
const south = pacing(4.6, 1, 19, 15, 1.2);
const TOUCHING = { touching: 1 };
/** Nothing that was known before a doubt counts. */
const FORGETFUL = { stranger: 1, strangerOpen: 1 };

function meetingOf(one: (s: number) => Place, other: (s: number) => Place, from: number): number {
  for (let s = from; s < from + 40; s += 0.2) {
    if (Math.abs(one(s)[0] - other(s)[0]) < 0.25) return s;
  }
  throw new Error('they never meet');
}

/** The first second at which a track has a name; infinity where it never has. */
function namedAt(decisions: ReturnType<typeof play>, track: string, from: number): number {
  const first = decisions.find(
    ({ at, decision }) =>
      at > 1000 * from && decision.identities.some((one) => one.track === track && one.handle),
  );
  return first ? first.at / 1000 : Number.POSITIVE_INFINITY;
}

describe('what was known before a doubt', () => {
  it('is not lost: the fixes after it have to tell two people apart, and no more', () => {
    const meet = meetingOf(north, south, 35);
    const people = [
      { track: 'T1', way: north },
      { track: 'T2', way: south },
    ];
    const badges = [
      { badge: 'n', way: north },
      { badge: 's', way: south },
    ];
    const scene = sceneOf(meet + 14, people, badges);
    const decisions = play(scene, TOUCHING);
    const again = namedAt(decisions, 'T1', meet);
    expect(saidOf(decisions, 'T1')).toMatchObject({ handle: 'n' });
    expect(saidOf(decisions, 'T2')).toMatchObject({ handle: 's' });
    expect(again).toBeGreaterThan(meet + 3);
    expect(again).toBeLessThan(meet + 6);
    const forgetful = namedAt(play(scene, { ...TOUCHING, ...FORGETFUL }), 'T1', meet);
    expect(again).toBeLessThan(forgetful - 2);
  });

  it('names neither while the fixes after it do not tell who is who', () => {
    const meet = meetingOf(north, south, 35);
    const beside = (s: number): Place => [north(s)[0], 6.9];
    // The other one turns and walks along with the wearer; the fixes lie between them.
    const people = [
      { track: 'wearer', way: north },
      { track: 'other', way: (s: number) => (s < meet ? south(s) : beside(s)) },
    ];
    const error = (s: number): Place => [0, s < meet ? 0 : 0.75];
    const decisions = play(
      sceneOf(meet + 30, people, [{ badge: 'n', way: north, error }]),
      TOUCHING,
    );
    const after = decisions.filter(({ at }) => at > 1000 * meet + 1000);
    expect(saidOf(decisions, 'wearer', meet - 2)).toMatchObject({ handle: 'n' });
    expect(namesOf(after, 'wearer')).toEqual([]);
    expect(namesOf(after, 'other')).toEqual([]);
  });

  it('is not all put to the one who stays in sight when the other one is hidden', () => {
    const meet = meetingOf(north, south, 35);
    const hidden = meet + 10;
    const beside = (s: number): Place => [north(s)[0], 6.9];
    const people = [
      { track: 'wearer', way: north, seen: (s: number) => s < hidden },
      { track: 'other', way: (s: number) => (s < meet ? south(s) : beside(s)) },
    ];
    const error = (s: number): Place => [0, s < meet ? 0 : 0.75];
    const scene = sceneOf(meet + 25, people, [{ badge: 'n', way: north, error }]);
    expect(namesOf(play(scene, TOUCHING), 'other')).toEqual([]);
    const was = Bodies.prototype.hidden;
    Bodies.prototype.hidden = () => [];
    try {
      expect(namesOf(play(scene, TOUCHING), 'other')).toEqual(['n']);
    } finally {
      Bodies.prototype.hidden = was;
    }
  });

  it('does not make one of two badges the only one because the other one strays to who was beside', () => {
    const meet = meetingOf(north, south, 35);
    const people = [
      { track: 'carrier', way: north },
      { track: 'other', way: south },
    ];
    const astray = (s: number) => s > meet - 1 && s < meet + 9;
    const badges = [
      { badge: 'own', way: (s: number) => (astray(s) ? south(s) : north(s)) },
      { badge: 'carried', way: north },
    ];
    const decisions = play(sceneOf(meet + 8, people, badges), TOUCHING);
    expect(namesOf(decisions, 'carrier')).toEqual([]);
  });

  it('goes with the consent', () => {
    const meet = meetingOf(north, south, 35);
    const people = [
      { track: 'T1', way: north },
      { track: 'T2', way: south },
    ];
    const scene = sceneOf(meet + 20, people, [{ badge: 'n', way: north }]);
    const withdrawnAt = Math.round(1000 * meet) + 600;
    // In the doubt: what was known is only of people who are not in sight.
    const withdrawn = scene.flatMap((input) =>
      input.kind === 'sightings' && input.at === withdrawnAt
        ? [{ kind: 'forget' as const, badge: 'n' }, input]
        : [input],
    );
    expect(withdrawn.some(({ kind }) => kind === 'forget')).toBe(true);
    expect(namedAt(play(scene, TOUCHING), 'T1', meet)).toBeLessThan(meet + 6);
    // Given again at once, it has to be earned as that of a person who has just come.
    expect(namedAt(play(withdrawn, TOUCHING), 'T1', meet)).toBeGreaterThan(meet + 8);
  });
});
