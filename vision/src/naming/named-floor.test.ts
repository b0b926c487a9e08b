import { describe, expect, it } from 'vitest';
import type { HandOver } from '../identify/identity.ts';
import type { IdentifyInput } from '../identify/input.ts';
import { pacing, sceneOf, standing } from '../testing/floor-scene.ts';
import type { FloorInput, Statement, WatchInput } from './messages.ts';
import { NamedFloor } from './named-floor.ts';

const ANNA = 'AAAAAAAAAAAAAAAA';
const BORIS = 'BBBBBBBBBBBBBBBB';
const anna = pacing(2, 1, 19);
const boris = pacing(8, 1, 19, 12, 1);
const people = [
  { track: 'T1', way: anna },
  { track: 'T2', way: boris },
];

const watch = (track: string, startedAt: number, confirmedAt: number): WatchInput => ({
  kind: 'watch',
  violation: `${track}-${confirmedAt}`,
  camera: 'hall',
  track,
  startedAt,
  confirmedAt,
});

/** Plays a scene with inputs of its own at some times, ms; returns what was said. */
function play(scene: readonly IdentifyInput[], more: readonly [number, FloorInput][]): Statement[] {
  const said: Statement[] = [];
  const floor = new NamedFloor({ onStatement: (statement) => said.push(statement) });
  floor.take({ kind: 'begin', unseenBadge: 0.3, noBadge: 0.1 });
  const rest = [...more];
  for (const input of scene) {
    if (input.kind === 'sightings') {
      while (rest.length > 0 && rest[0]![0] < input.at) floor.take(rest.shift()![1]);
    }
    floor.take(input);
  }
  return said;
}
const brief = (said: readonly Statement[]) =>
  said.map(({ number, identity: { state, handle } }) => [number, state, handle]);

describe('the actor of a violation', () => {
  const scene = sceneOf(60, people, [{ badge: ANNA, way: anna }]);

  it('has the name of the badge that follows them, and who refused has none', () => {
    const said = play(scene, [
      [40_000, watch('T1', 38_000, 40_000)],
      [41_000, watch('T2', 38_000, 41_000)],
    ]);
    expect(said).toHaveLength(2);
    expect(said[0]!.identity).toMatchObject({
      state: 'confirmed',
      handle: ANNA,
      since: '1970-01-01T00:00:00.000Z',
    });
    expect(said[0]!.identity.candidates[0]!.explanation.en).toContain('uwb');
    expect(said[1]!.identity).toMatchObject({ state: 'unbadged', handle: null, candidates: [] });
    for (const { identity } of said) {
      const { reasons, candidates } = identity;
      const sentences = [...reasons, ...candidates.map(({ explanation }) => explanation)];
      expect(JSON.stringify(sentences)).not.toContain(ANNA);
    }
  });

  it('is named later, once the way of the badge is long enough, under the next number', () => {
    const said = play(scene, [[3_000, watch('T1', 1_000, 3_000)]]);
    expect(brief(said)[0]).toEqual([1, 'ambiguous', null]);
    expect(brief(said).at(-1)).toEqual([said.length, 'confirmed', ANNA]);
    expect(said.map(({ number }) => number)).toEqual(said.map((_, i) => i + 1));
    expect(said.at(-1)!.at).toBeGreaterThan(3_000);
  });

  it('is at most ambiguous where the track was not yet surely theirs when it began', () => {
    const seen = (second: number) => second < 20 || second > 22;
    const gap = sceneOf(60, [{ ...people[0]!, seen }, people[1]!], [{ badge: ANNA, way: anna }]);
    const said = play(gap, [[45_000, watch('T1', 21_000, 45_000)]]);
    expect(brief(said)[0]).toEqual([1, 'ambiguous', null]);
    expect(said[0]!.identity.reasons[0]!.en).toContain('not yet certain');
    expect(said[0]!.identity.candidates.map(({ handle }) => handle)).toContain(ANNA);
    expect(brief(said).some(([, state]) => state === 'confirmed')).toBe(false);
    const whole = play(gap, [[45_000, watch('T1', 43_000, 45_000)]]);
    expect(brief(whole)[0]).toEqual([1, 'confirmed', ANNA]);
  });

  it('has no name where the frames up to the violation were left out: the track may be another person by then', () => {
    const without = scene.filter(
      (input) => input.kind !== 'sightings' || input.at <= 37_000 || input.at > 40_000,
    );
    const said = play(without, [[40_000, watch('T1', 36_000, 40_000)]]);
    expect(said.map(({ identity }) => identity.handle)).toEqual([null]);
    expect(said[0]!.identity.reasons[0]!.en).toContain('one for the other');
    // With them it has one.
    expect(brief(play(scene, [[40_000, watch('T1', 36_000, 40_000)]]))[0]).toEqual([
      1,
      'confirmed',
      ANNA,
    ]);
  });

  it('loses the name with the consent at once, and gets it no more', () => {
    const said = play(scene, [
      [40_000, watch('T1', 38_000, 40_000)],
      [42_000, { kind: 'forget', badge: ANNA }],
    ]);
    expect(brief(said).slice(0, 2)).toEqual([
      [1, 'confirmed', ANNA],
      [2, 'ambiguous', null],
    ]);
    expect(JSON.stringify(said.slice(1))).not.toContain(ANNA);
    expect(said[1]!.identity.reasons[0]!.en).toContain('no longer be used');
  });

  it('keeps the name of a stretch that is over, whatever comes after it', () => {
    const apart = pacing(8, 1, 19, 12, 1);
    const seen = (second: number) => second < 42;
    const actors = [
      { ...people[0]!, seen },
      { track: 'T2', way: apart },
    ];
    const said = play(sceneOf(60, actors, [{ badge: ANNA, way: anna }]), [
      [40_000, watch('T1', 38_000, 40_000)],
    ]);
    expect(brief(said)).toEqual([[1, 'confirmed', ANNA]]);
  });

  it('keeps the name where they come near to another person later, and loses it where that is at once', () => {
    // She passes him at 40 and at 50 s, 0.8 m away.
    const him = standing([13, 2.8]);
    const meeting = sceneOf(
      60,
      [people[0]!, { track: 'T2', way: him }],
      [{ badge: ANNA, way: anna }],
    );
    expect(brief(play(meeting, [[43_000, watch('T1', 42_000, 43_000)]]))).toEqual([
      [1, 'confirmed', ANNA],
    ]);
    const atOnce = play(meeting, [[48_500, watch('T1', 46_500, 48_500)]]);
    expect(brief(atOnce).slice(0, 2)).toEqual([
      [1, 'confirmed', ANNA],
      [2, 'ambiguous', null],
    ]);
    expect(atOnce[1]!.identity.reasons[0]!.en).toContain('one for the other');
  });

  it('is followed while the violation is open and a minute after it', () => {
    const floor = new NamedFloor({ onStatement: () => {} });
    floor.take({ kind: 'begin', unseenBadge: 0.3, noBadge: 0.1 });
    const inputs = sceneOf(120, people, [
      { badge: ANNA, way: anna },
      { badge: BORIS, way: boris },
    ]);
    const watchedAt = new Map<number, number>();
    for (const input of inputs) {
      floor.take(input);
      if (input.kind !== 'sightings') continue;
      if (input.at === 20_000) floor.take(watch('T1', 18_000, 20_000));
      if (input.at === 30_000) floor.take({ kind: 'ended', violation: 'T1-20000', at: 30_000 });
      watchedAt.set(input.at, floor.watched);
    }
    expect(watchedAt.get(89_000)).toBe(1);
    expect(watchedAt.get(91_000)).toBe(0);
  });

  it('is not named by a badge that was handed over in view, also where positions began to count again', () => {
    const seen: HandOver[] = [];
    const said: Statement[] = [];
    const floor = new NamedFloor({
      onStatement: (statement) => said.push(statement),
      onDecision: ({ handOvers }) => seen.push(...handOvers),
    });
    const swapped = [
      { badge: ANNA, way: (s: number) => (s < 40 ? anna(s) : boris(s)) },
      { badge: BORIS, way: (s: number) => (s < 40 ? boris(s) : anna(s)) },
    ];
    floor.take({ kind: 'begin', unseenBadge: 0.3, noBadge: 0.1 });
    for (const input of sceneOf(150, people, swapped)) {
      if (input.kind === 'sightings') {
        if (input.at === 38_000) floor.take(watch('T1', 36_000, 38_000));
        if (input.at === 90_000) floor.take({ kind: 'begin', unseenBadge: 0.3, noBadge: 0.1 });
        if (input.at === 145_000) floor.take(watch('T1', 143_000, 145_000));
      }
      floor.take(input);
    }
    expect(seen).toHaveLength(1);
    expect([seen[0]!.before, seen[0]!.after].sort()).toEqual([ANNA, BORIS]);
    const of = (violation: string) => brief(said.filter((one) => one.violation === violation));
    // What was said of a moment ago is taken back.
    expect(of('T1-38000')[0]).toEqual([1, 'confirmed', ANNA]);
    expect(of('T1-38000').at(-1)?.slice(1)).toEqual(['ambiguous', null]);
    expect(of('T1-145000')).toEqual([[1, 'ambiguous', null]]);
  });

  it('is the same again for the same inputs', () => {
    const asked: [number, FloorInput][] = [
      [3_000, watch('T1', 1_000, 3_000)],
      [20_000, watch('T2', 18_000, 20_000)],
    ];
    expect(play(scene, asked)).toEqual(play(scene, asked));
  });
});
