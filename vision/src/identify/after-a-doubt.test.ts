import { describe, expect, it } from 'vitest';
import { namesOf, pacing, play, saidOf, sceneOf } from '../testing/floor-scene.ts';
import type { IdentifyInput } from './input.ts';

const anna = pacing(2, 1, 19);

describe('a name after a doubt', () => {
  // They come within touch of each other where they meet, and the tracker exchanges them there.
  const north = pacing(5.4, 1, 19, 0, 1.2);
  const south = pacing(4.6, 1, 19, 15, 1.2);
  it('is earned again after two people came so near that the tracker may have exchanged them', () => {
    const badges = [
      { badge: 'n', way: north },
      { badge: 's', way: south },
    ];
    const meet = meetingOf(north, south);
    const swapped = [
      { track: 'T1', way: (s: number) => (s < meet ? north(s) : south(s)) },
      { track: 'T2', way: (s: number) => (s < meet ? south(s) : north(s)) },
    ];
    const decisions = play(sceneOf(80, swapped, badges), { touching: 1 });
    expect(saidOf(decisions, 'T1', meet - 2)).toMatchObject({ handle: 'n' });
    // At once without a name, and no wrong one in between.
    expect(saidOf(decisions, 'T1', meet + 2)).toMatchObject({ state: 'ambiguous', handle: null });
    expect(saidOf(decisions, 'T2', meet + 2)).toMatchObject({ state: 'ambiguous', handle: null });
    const after = decisions.filter(({ at }) => at > 1000 * meet + 500);
    expect(namesOf(after, 'T1').filter((name) => name !== 's')).toEqual([]);
    expect(namesOf(after, 'T2').filter((name) => name !== 'n')).toEqual([]);
  });

  it('[VIS-09] is earned again after a gap', () => {
    const seen = (second: number) => second < 30 || second > 32;
    const inputs = sceneOf(60, [{ track: 'T1', way: anna, seen }], [{ badge: 'a', way: anna }]);
    const decisions = play(inputs);
    expect(saidOf(decisions, 'T1', 29)).toMatchObject({ handle: 'a', since: 0 });
    expect(saidOf(decisions, 'T1', 34)).toMatchObject({ handle: null });
    const later = saidOf(decisions, 'T1')!;
    expect(later.handle).toBe('a');
    expect(later.since).toBeGreaterThan(30_000);
  });

  it('is not replaced by another one while the person stays in sight: that is a hand-over', () => {
    const far = pacing(12, 1, 19, 7);
    const badges = [
      { badge: 'a', way: (s: number) => (s < 40 ? anna(s) : far(s)) },
      { badge: 'b', way: (s: number) => (s < 40 ? far(s) : anna(s)) },
    ];
    const people = [
      { track: 'T1', way: anna },
      { track: 'T2', way: far },
    ];
    const decisions = play(sceneOf(120, people, badges));
    expect(saidOf(decisions, 'T1', 38)).toMatchObject({ handle: 'a' });
    expect(namesOf(decisions, 'T1')).toEqual(['a']);
    const events = decisions.flatMap(({ decision }) => decision.handOvers);
    expect(events.length).toBeGreaterThan(0);
    expect(saidOf(decisions, 'T1')).toMatchObject({ state: 'ambiguous', handle: null });
  });

  it('is not given to a badge that the API holds as handed over, and is earned again once a person has looked', () => {
    const far = pacing(12, 1, 19, 7);
    const badges = [
      { badge: 'a', way: (s: number) => (s < 40 ? anna(s) : far(s)) },
      { badge: 'b', way: (s: number) => (s < 40 ? far(s) : anna(s)) },
    ];
    const people = [
      { track: 'T1', way: anna },
      { track: 'T2', way: far },
    ];
    const told = (at: number, held: string[]) => (input: IdentifyInput) =>
      input.kind === 'sightings' && input.at === at
        ? [{ kind: 'suspects', badges: held } as const, input]
        : [input];
    const inputs = sceneOf(240, people, badges)
      .flatMap(told(90_000, ['a', 'b']))
      .flatMap(told(150_000, []));
    const decisions = play(inputs);
    const seen = decisions.flatMap(({ decision }) => decision.handOvers);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ before: 'a', after: 'b', track: 'T1' });
    // No name until the release, then the one that the badge gives now.
    const between = decisions.filter(({ at }) => at > 1 + seen[0]!.at && at < 150_000);
    expect(namesOf(between, 'T1')).toEqual([]);
    const later = decisions.filter(({ at }) => at >= 150_000);
    expect(namesOf(later, 'T1')).toEqual(['b']);
    expect(namesOf(later, 'T2')).toEqual(['a']);
    // Another worker that never saw the hand-over gives neither of them a name.
    const other = play(
      sceneOf(60, people, [{ badge: 'a', way: anna }]).flatMap(told(0, ['a', 'b'])),
    );
    expect(namesOf(other, 'T1')).toEqual([]);
    expect(saidOf(other, 'T1')!.reasons[0]).toMatchObject({ code: 'hand-over' });
  });
});

/** First second after 35 at which two ways are nearest. */
function meetingOf(one: (s: number) => [number, number], other: (s: number) => [number, number]) {
  for (let s = 35; s < 70; s += 0.2) {
    if (Math.abs(one(s)[0] - other(s)[0]) < 0.25) return s;
  }
  throw new Error('they never meet');
}
