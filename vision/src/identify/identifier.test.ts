import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf, pacing, play, saidOf, sceneOf, standing } from '../testing/floor-scene.ts';
import { Identifier } from './identifier.ts';
import type { FixInput, IdentifyInput } from './input.ts';
import { explain, sentenceOf } from './sentences.ts';

const anna = pacing(2, 1, 19);
const boris = pacing(8, 1, 19, 12, 1);

describe('a name', () => {
  it('is given to a person whom a badge follows over a way, with what it rests on', () => {
    const decisions = play(
      sceneOf(
        30,
        [
          { track: 'T1', way: anna },
          { track: 'T2', way: boris },
        ],
        [{ badge: 'a', way: anna }],
      ),
    );
    const said = saidOf(decisions, 'T1')!;
    expect(said).toMatchObject({ state: 'confirmed', handle: 'a', since: 0 });
    expect(said.candidates[0]).toMatchObject({ handle: 'a', others: [], last: { reader: 'uwb' } });
    expect(said.candidates[0]!.last!.metres).toBeLessThan(1);
    expect(said.reasons[0]).toMatchObject({ code: 'fits' });
    expect(explain(said.candidates[0]!).en).toContain('it fits no other person in sight');
    expect(sentenceOf(said.reasons[0]!).zh).toContain('只有这块工牌');
    // The other one wears none that may be used, which is no statement about a badge.
    const other = saidOf(decisions, 'T2')!;
    expect(other).toMatchObject({ state: 'unbadged', handle: null, candidates: [] });
    expect(sentenceOf(other.reasons[0]!).en).toContain('does not say that the person wears none');
  });

  it('is missing as no badge is worn only where all who have a badge agreed', () => {
    const inputs = sceneOf(
      30,
      [
        { track: 'T1', way: anna },
        { track: 'T2', way: boris },
      ],
      [{ badge: 'a', way: anna }],
    );
    const saidWith = (unseenBadge: number, noBadge: number) => {
      const identifier = new Identifier();
      identifier.take({ kind: 'shares', unseenBadge, noBadge });
      const said = saidOf(play(inputs, {}, identifier), 'T2')!;
      expect(said.state).toBe('unbadged');
      return sentenceOf(said.reasons[0]!);
    };
    expect(saidWith(0, 0.2).en).toContain('wears no badge');
    expect(saidWith(0, 0.2).zh).toContain('没有佩戴工牌');
    // One of a hundred refused, or no person is registered at all.
    for (const { en, zh } of [saidWith(0.01, 0.2), saidWith(0, 1)]) {
      expect(en).toContain('does not say that the person wears none');
      expect(zh).toContain('不说明');
    }
  });

  it('is not given after a glance, and not for standing beside a badge that lies still', () => {
    const short = play(sceneOf(4, [{ track: 'T1', way: anna }], [{ badge: 'a', way: anna }]));
    expect(namesOf(short, 'T1')).toEqual([]);
    const still = standing([5, 5]);
    const long = play(sceneOf(120, [{ track: 'T1', way: still }], [{ badge: 'a', way: still }]));
    expect(saidOf(long, 'T1')).toMatchObject({ state: 'ambiguous', handle: null });
    expect(saidOf(long, 'T1')!.reasons.map(({ code }) => code)).toContain('too-few');
    expect(saidOf(long, 'T1')!.candidates[0]!.handle).toBe('a');
  });

  it('is not given to the man who refused and walks beside the woman whose badge is read', () => {
    const beside = (second: number): [number, number] => [anna(second)[0], 2.9];
    const actors = [
      { track: 'woman', way: anna },
      { track: 'man', way: beside },
    ];
    // The error of the fixes lies on his side half of the time.
    const error = (second: number): [number, number] => [0, second % 20 < 10 ? 0.9 : 0];
    const decisions = play(sceneOf(90, actors, [{ badge: 'a', way: anna, error }]));
    expect(namesOf(decisions, 'man')).toEqual([]);
    expect(saidOf(decisions, 'man')!.state).toBe('ambiguous');
    expect(saidOf(decisions, 'man')!.candidates[0]!.others[0]).toMatchObject({ track: 'woman' });
  });

  it('goes to neither of two who wear it in turns at two places, as a copied badge would be', () => {
    const actors = [
      { track: 'T1', way: anna },
      { track: 'T2', way: boris },
    ];
    const badges = [
      { badge: 'a', way: anna, reader: 'west' },
      { badge: 'a', way: boris, reader: 'east' },
    ];
    const decisions = play(sceneOf(60, actors, badges));
    expect(namesOf(decisions, 'T1')).toEqual([]);
    expect(namesOf(decisions, 'T2')).toEqual([]);
  });

  it('goes to nobody who carries two badges, though they are seldom read and in turns', () => {
    const both = [
      { badge: 'a', way: anna },
      { badge: 'b', way: anna },
    ];
    const inputs = sceneOf(240, [{ track: 'T1', way: anna }], both);
    const seldom = inputs.filter((input) => {
      if (input.kind !== 'fix') return true;
      const second = Math.floor(input.at / 1000);
      return second % 20 === (input.badge === 'a' ? 0 : 10);
    });
    expect(namesOf(play(seldom), 'T1')).toEqual([]);
    // Without the rules each new fix would change the name.
    const unruled = { rival: Number.POSITIVE_INFINITY, excluded: Number.POSITIVE_INFINITY };
    expect(namesOf(play(seldom, unruled), 'T1')).not.toEqual([]);
  });

  it('waits until the fixes of each other badge say that the person does not carry it, too', () => {
    const both = [
      { badge: 'own', way: anna, error: (): [number, number] => [1.2, 0] },
      { badge: 'carried', way: anna },
    ];
    const inputs = sceneOf(50, [{ track: 'T1', way: anna }], both);
    // The own badge is read once, and then not for a while.
    const seldom = inputs.filter(
      (input) => input.kind !== 'fix' || input.badge === 'carried' || input.at === 2_400,
    );
    expect(namesOf(play(seldom), 'T1')).toEqual([]);
    expect(namesOf(play(seldom, { excluded: Number.POSITIVE_INFINITY }), 'T1')).toEqual([
      'carried',
    ]);
    // Read elsewhere it is excluded, and the name is given.
    const elsewhere = seldom.map((input): IdentifyInput => {
      const isOwn = input.kind === 'fix' && input.badge === 'own';
      return isOwn ? { ...input, position: [2, 18] } : input;
    });
    expect(namesOf(play(elsewhere), 'T1')).toEqual(['carried']);
  });

  it('is not given to a companion while doubts take the evidence of the wearer again and again', () => {
    const companion = (second: number): [number, number] => [anna(second)[0], 4.2];
    const wearer = {
      track: 'wearer',
      way: anna,
      // Lost and found again every five seconds: then nothing is known of the new track.
      seen: (second: number) => second % 5 > 0.7,
      trackAt: (second: number) => `wearer-${Math.floor(second / 5)}`,
    };
    const actors = [{ track: 'companion', way: companion }, wearer];
    // The fixes are off towards the companion, by less than half of the way.
    const scene = sceneOf(90, actors, [{ badge: 'a', way: anna, error: () => [0, 0.88] }]);
    expect(namesOf(play(scene), 'companion')).toEqual([]);
    const unruled = { leadInCommon: Number.NEGATIVE_INFINITY };
    expect(namesOf(play(scene, unruled), 'companion')).toEqual(['a']);
  });

  it('is not said while another person is beside, where a camera may take one for the other', () => {
    const north = pacing(5.4, 1, 19, 0, 1.2);
    const south = pacing(4.6, 1, 19, 15, 1.2);
    const actors = [
      { track: 'N', way: north },
      { track: 'S', way: south },
    ];
    const decisions = play(sceneOf(80, actors, [{ badge: 'n', way: north }]));
    for (const { at, decision } of decisions) {
      const [x, y] = [at / 1000 - 0.2, at / 1000].map((second) =>
        Math.hypot(north(second)[0] - south(second)[0], 0.8),
      ) as [number, number];
      const isBeside = Math.max(x, y) < 1;
      const names = decision.identities.filter(({ handle }) => handle !== null);
      if (isBeside) expect(names, `at ${at} ms`).toEqual([]);
    }
    expect(saidOf(decisions, 'N', 79)).toMatchObject({ handle: 'n' });
  });

  it('is on the same person in two cameras at once', () => {
    const actors = [
      { track: 'W1', camera: 'west', way: anna },
      {
        track: 'E1',
        camera: 'east',
        way: (second: number): [number, number] => [anna(second)[0] + 0.4, 2.2],
      },
    ];
    const decisions = play(sceneOf(40, actors, [{ badge: 'a', way: anna }]));
    expect(saidOf(decisions, 'W1')).toMatchObject({ state: 'confirmed', handle: 'a' });
    expect(saidOf(decisions, 'E1')).toMatchObject({ state: 'confirmed', handle: 'a' });
  });

  it('is lost with the consent, with all that rested on the badge', () => {
    const identifier = new Identifier();
    const inputs = sceneOf(30, [{ track: 'T1', way: anna }], [{ badge: 'a', way: anna }]);
    expect(saidOf(play(inputs, {}, identifier), 'T1')).toMatchObject({ handle: 'a' });
    identifier.take({ kind: 'forget', badge: 'a' });
    const [said] = identifier.decide().identities;
    expect(JSON.stringify(said)).not.toContain('"a"');
    expect(said).toMatchObject({ handle: null, candidates: [] });
  });
});

describe('identification', () => {
  const actors = [
    { track: 'T1', way: anna },
    { track: 'T2', way: boris },
  ];
  const badges = [
    { badge: 'a', way: anna },
    { badge: 'b', way: boris },
  ];
  const inputs = sceneOf(25, actors, badges);

  it('gives the same bytes for the same input', () => {
    expect(JSON.stringify(play(inputs))).toBe(JSON.stringify(play(inputs)));
  });

  it('does not depend on the order in which fixes arrive, or arrive twice', () => {
    const expected = JSON.stringify(play(inputs).at(-1));
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }), (keys) => {
        const shuffled = shuffledFixes(inputs, keys);
        expect(JSON.stringify(play(shuffled).at(-1))).toBe(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('learns that the clock of a reader is off, and names all the same', () => {
    for (const clock of [-3, 2]) {
      const identifier = new Identifier();
      const off = badges.map((badge) => ({ ...badge, clock, reader: 'late' }));
      const decisions = play(sceneOf(90, actors, off), {}, identifier);
      const [learnt] = identifier.clocks;
      expect(Math.abs(learnt!.ms + 1000 * clock)).toBeLessThan(600);
      expect(saidOf(decisions, 'T1')).toMatchObject({ handle: 'a' });
      expect(saidOf(decisions, 'T2')).toMatchObject({ handle: 'b' });
    }
  });
});

/** The same inputs; fixes that lie between the same two frames come in another order, some twice. */
function shuffledFixes(inputs: readonly IdentifyInput[], keys: readonly number[]): IdentifyInput[] {
  const result: IdentifyInput[] = [];
  let held: FixInput[] = [];
  const release = () => {
    held.forEach((fix, i) => {
      if (keys[i % keys.length]! % 7 === 0) result.push(fix);
    });
    const keyed = held.map((fix, i) => ({ fix, key: keys[(i + result.length) % keys.length]! }));
    result.push(...keyed.sort((a, b) => a.key - b.key).map(({ fix }) => fix));
    held = [];
  };
  for (const input of inputs) {
    if (input.kind === 'fix') held.push(input);
    else {
      release();
      result.push(input);
    }
  }
  release();
  return result;
}
