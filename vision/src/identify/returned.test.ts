import type { Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { pacing, play, saidOf, sceneOf, type Way } from '../testing/floor-scene.ts';
import { Body } from './body.ts';
import { Doubt } from './doubt.ts';
import { mayHaveReturned } from './returned.ts';
import { Segment } from './segment.ts';
import { IDENTIFY } from './settings.ts';

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

  it('stays a rival of one who comes into sight too far away for a walk', () => {
    const [x] = wearer(OUT_S);
    const far: Way = (s) => [x - 14 + 1.2 * Math.abs(s - BACK_S), 5.4];
    expect(namedAfter(scene(far))).toBeGreaterThan(12);
  });
});

describe('mayHaveReturned', () => {
  const segment = (number: number, from: number, to: number, floor: Point) => {
    const one = new Segment({
      number,
      camera: 'hall',
      track: `T${number}`,
      at: from,
      floor,
      beginning: 'new-track',
    });
    one.move(to, floor, 0.04);
    return one;
  };
  const left = segment(1, 0, 10_000, [5, 5]);
  const came = (from: number, floor: Point = [5, 6]) =>
    new Body(segment(2, from, from + 1000, floor));
  const test = (body: Body, hidden = new Body(left)) => mayHaveReturned(hidden, body, IDENTIFY);

  it('holds for one who comes into sight later, at a walking distance', () => {
    expect(test(came(14_000))).toBe(true);
    expect(test(came(14_000, [5, 5 + IDENTIFY.comesOutMetres + 5.9]))).toBe(true);
    expect(test(came(14_000, [5, 5 + IDENTIFY.comesOutMetres + 6.1]))).toBe(false);
  });

  it('does not hold for one who was seen while the other one still was', () => {
    expect(test(came(9_000))).toBe(false);
  });

  it('does not hold for one who went into a doubt with others, nor for one who came out of another doubt', () => {
    const alone = segment(3, 0, 10_000, [5, 5]);
    const beside = segment(4, 0, 10_000, [5, 5.4]);
    const doubt = new Doubt();
    doubt.enter(alone);
    alone.into = doubt;
    expect(test(came(14_000), new Body(alone))).toBe(true);
    doubt.enter(beside);
    expect(test(came(14_000), new Body(alone))).toBe(false);

    const body = came(14_000);
    body.cameFrom = { doubt: new Doubt(), people: 2, isOpen: false };
    expect(test(body)).toBe(false);
    body.cameFrom = { doubt: new Doubt(), people: 2, isOpen: true };
    expect(test(body)).toBe(true);
  });
});
