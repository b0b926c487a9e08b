import { describe, expect, it } from 'vitest';
import { pacing, play, saidOf, sceneOf, type Way } from '../testing/floor-scene.ts';

/** They come within touch of each other where they meet: the tracker may exchange them there. */
const TOUCHING = { touching: 1 };
const wearer = pacing(5.4, 1, 19, 0, 1.2);
const MEET_S = 40;
/** The wearer goes out of the picture so long after the doubt, and is away so long. */
const OUT_S = MEET_S + 3;
const AWAY_S = 6;
const BACK_S = OUT_S + AWAY_S;

/** The other one crosses the way of the wearer and walks on. */
const other: Way = (s) => [wearer(MEET_S)[0], 5.4 + 1.2 * Math.abs(s - MEET_S)];

/**
 * Two people meet, the wearer goes out of the picture alone, and a person comes into it as a new track.
 *
 * @param way of that person.
 */
function scene(way: Way, badgeWay: Way = way) {
  const people = [
    { track: 'T1', way: wearer, seen: (s: number) => s < OUT_S },
    { track: 'T2', way: other, seen: (s: number) => Math.abs(s - MEET_S) < 8 },
    { track: 'T3', way, seen: (s: number) => s >= BACK_S },
  ];
  const badge = (s: number) => (s < OUT_S ? wearer(s) : badgeWay(s));
  return play(sceneOf(BACK_S + 40, people, [{ badge: 'w', way: badge }]), TOUCHING);
}

/** Seconds from the return to the first name of the new track. */
function namedAfter(decisions: ReturnType<typeof play>): number {
  const named = decisions.find(({ decision }) =>
    decision.identities.some(({ track, handle }) => track === 'T3' && handle === 'w'),
  );
  return named ? named.at / 1000 - BACK_S : Number.POSITIVE_INFINITY;
}

describe('a person who went out of sight alone after a doubt', () => {
  it('is no rival of themselves when they come back, and earns the name as each new person does', () => {
    const decisions = scene(wearer);
    expect(saidOf(decisions, 'T1', MEET_S - 2)).toMatchObject({ handle: 'w' });
    const seconds = namedAfter(decisions);
    expect(seconds).toBeGreaterThan(6);
    expect(seconds).toBeLessThan(10);
  });
});

describe('a person who went out of sight with another one', () => {
  /** After the doubt at MEET_S a third person walks beside the wearer, and both go out of the picture. */
  const GONE_S = MEET_S + 5;
  const COMES_S = GONE_S + 7;
  const along: Way = (s) => [wearer(s)[0], wearer(s)[1] + 0.5 + 1.2 * Math.max(0, GONE_S - 1 - s)];
  const comes = (way: Way, badge: Way) => {
    const people = [
      { track: 'T1', way: wearer, seen: (s: number) => s < GONE_S },
      { track: 'T2', way: other, seen: (s: number) => Math.abs(s - MEET_S) < 8 },
      { track: 'T4', way: along, seen: (s: number) => s > GONE_S - 4 && s < GONE_S },
      { track: 'T3', way, seen: (s: number) => s >= COMES_S },
    ];
    const worn = (s: number) => (s < GONE_S ? wearer(s) : badge(s));
    const decisions = play(sceneOf(COMES_S + 30, people, [{ badge: 'w', way: worn }]), TOUCHING);
    const named = decisions.find(({ decision }) =>
      decision.identities.some(({ track, handle }) => track === 'T3' && handle === 'w'),
    );
    return named ? named.at / 1000 - COMES_S : Number.POSITIVE_INFINITY;
  };

  it('is no reason against one whom the badge follows from then on', () => {
    const seconds = comes(wearer, wearer);
    expect(seconds).toBeGreaterThan(6);
    expect(seconds).toBeLessThan(12);
  });

  it('keeps the badge from one who comes back without it', () => {
    const away: Way = (s) => [wearer(s)[0], wearer(s)[1] - 4];
    expect(comes(along, away)).toBe(Number.POSITIVE_INFINITY);
  });
});
