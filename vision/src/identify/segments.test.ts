import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { Sighting } from './input.ts';
import { Segments } from './segments.ts';
import { IDENTIFY } from './settings.ts';

const WHOLE: Box = [400, 209, 465, 371];
/** Head and trunk of the same person. */
const UPPER: Box = [405, 212, 460, 330];
const one = (track: string, box: Box): Sighting => ({
  track,
  floor: [box[0] / 100, box[3] / 100],
  covariance: [0.02, 0, 0.02],
  box,
});

/** The person T1 in frames every 200 ms, with others in some of them. */
function frames(count: number, others: Readonly<Record<number, Sighting>>, without: number[] = []) {
  const segments = new Segments(IDENTIFY);
  const of: (number | null | undefined)[] = [];
  const unclear: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = 200 * i;
    const people = [...(without.includes(i) ? [] : [one('T1', WHOLE)]), others[i] ?? []].flat();
    segments.take({ kind: 'sightings', camera: 'hall', at, people });
    const segment = segments.of('hall', 'T1', at);
    of.push(segment ? segment.number : segment);
    unclear.push(segments.unclear.length);
  }
  return { of, unclear };
}

describe('a second box inside of the box of a person', () => {
  it('in a single frame is a part of that person: no one else comes near', () => {
    const { of, unclear } = frames(24, { 5: one('T2', UPPER) });
    expect(new Set(of)).toEqual(new Set([1]));
    expect(new Set(unclear)).toEqual(new Set([0]));
  });

  it('also in a frame in which the person is not found', () => {
    const { of, unclear } = frames(24, { 5: one('T2', UPPER) }, [5]);
    expect(new Set(of)).toEqual(new Set([1]));
    expect(new Set(unclear)).toEqual(new Set([0]));
  });

  it('in the first frame of that person, too', () => {
    const { of, unclear } = frames(24, { 0: one('T2', UPPER) });
    expect(new Set(of)).toEqual(new Set([1]));
    expect(new Set(unclear)).toEqual(new Set([0]));
  });

  it('in two frames is another person: who is who is in doubt', () => {
    const { of, unclear } = frames(24, { 5: one('T2', UPPER), 6: one('T2', UPPER) });
    expect(of[6]).toBeNull();
    expect(unclear[6]).toBe(2);
    expect(of.at(-1)).toBe(2);
  });

  it('that was followed before is another person: it may come out again in their place', () => {
    const beside: Box = [470, 212, 525, 330];
    const { of } = frames(24, { 3: one('T2', beside), 4: one('T2', beside), 5: one('T2', UPPER) });
    expect(of[5]).toBeNull();
  });

  it('that reaches beyond it is another person from the first frame on', () => {
    const { of } = frames(24, { 5: one('T2', [425, 215, 490, 377]) });
    expect(of[5]).toBeNull();
  });
});

describe('a person at the edge of the picture', () => {
  /** Comes into the picture, and is clear of its edge from frame 5 on. */
  const coming = (
    isCut: (i: number) => boolean,
    others: Readonly<Record<number, Sighting>> = {},
  ) => {
    const segments = new Segments(IDENTIFY);
    const of = [];
    for (let i = 0; i < 24; i++) {
      const at = 200 * i;
      const person = { ...one('T1', WHOLE), isCut: isCut(i) };
      const people = [person, others[i] ?? []].flat();
      segments.take({ kind: 'sightings', camera: 'hall', at, people });
      of.push(segments.of('hall', 'T1', at));
    }
    return of;
  };

  it('was seen there before it is surely the same one', () => {
    const of = coming((i) => i < 5);
    expect(of.slice(0, 7).every((segment) => segment === null)).toBe(true);
    expect(of.at(-1)).toMatchObject({ from: 1400, seenFrom: 0 });
  });

  it('but not where another person was near', () => {
    const beside = one('T2', [420, 209, 485, 371]);
    const of = coming((i) => i < 5, { 2: beside, 3: beside });
    expect(of.at(-1)?.seenFrom).toBe(of.at(-1)?.from);
  });

  it('nor where the track leaps to another place', () => {
    const segments = new Segments(IDENTIFY);
    for (let i = 0; i < 16; i++) {
      const at = 200 * i;
      const box: Box = i < 3 ? WHOLE : [900, 209, 965, 371];
      const people = [{ ...one('T1', box), isCut: i < 6 }];
      segments.take({ kind: 'sightings', camera: 'hall', at, people });
    }
    const segment = segments.of('hall', 'T1', 3000);
    expect(segment?.seenFrom).toBe(segment?.from);
  });

  it('nor where they stay there', () => {
    const of = coming((i) => i < 18);
    expect(of.at(-1)?.from).toBe(of.at(-1)?.seenFrom);
    expect(coming(() => false)[0]).toMatchObject({ from: 0, seenFrom: 0 });
  });

  it('ends it without another person: no camera lost one of two there', () => {
    const [first] = coming((i) => i > 8);
    expect(first).toMatchObject({ isClosed: true, contactAt: null });
    const beside = one('T2', [420, 209, 485, 371]);
    const [other] = coming(() => false, { 8: beside });
    expect(other).toMatchObject({ isClosed: true, contactAt: 1600 });
  });

  it('ends it beside another person where it was not found there for a moment', () => {
    let first: ReturnType<Segments['of']>;
    const segments = new Segments(IDENTIFY);
    for (let i = 0; i < 10; i++) {
      const at = 200 * i;
      const found = i === 6 || i === 7 ? [] : [one('T1', WHOLE)];
      const passing = one('T2', [1240 - 120 * i, 209, 1305 - 120 * i, 371]);
      segments.take({ kind: 'sightings', camera: 'hall', at, people: [...found, passing] });
      first ??= segments.of('hall', 'T1', at);
    }
    expect(first).toMatchObject({ isClosed: true, contactAt: expect.any(Number) });
  });
});

describe('a person who walks towards another one and is not found any more', () => {
  /** T1 stands at 400 to 465; T2 comes from the right, 20 pixels in each frame, and is not found from frame 6 on. */
  const coming = (i: number): Sighting => one('T2', [660 - 20 * i, 209, 725 - 20 * i, 371]);
  const others = Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [i, coming(i)]));

  it('may be the one who is found there once the way is long enough: the name has to be earned again', () => {
    const { of } = frames(24, others);
    // 100 pixels apart, a width and a half.
    expect(of.slice(0, 7)).toEqual([1, 1, 1, 1, 1, 1, 1].map(() => of[0]));
    expect(of.slice(7, 13)).toContain(null);
    expect(of.at(-1)).not.toBe(of[0]);
  });

  it('is in doubt, too, when it is found again', () => {
    const segments = new Segments(IDENTIFY);
    const states: (number | null | undefined)[] = [];
    for (let i = 0; i < 10; i++) {
      const at = 200 * i;
      // Neither is found for 0.6 s, in which each could have come to the place of the other one.
      const isHidden = i === 6 || i === 7;
      const people = isHidden ? [] : [one('T1', WHOLE), one('T2', [490, 209, 555, 371])];
      segments.take({ kind: 'sightings', camera: 'hall', at, people });
      const segment = segments.of('hall', 'T2', at);
      states.push(segment ? segment.number : segment);
    }
    expect(states[5]).toBe(states[0]);
    expect(states[9]).not.toBe(states[0]);
  });
});

describe('a segment that comes out of a doubt', () => {
  const two = (i: number, gap: number): Sighting[] => [
    one('T1', [400 - gap * i, 209, 465 - gap * i, 371]),
    one('T2', [420 + gap * i, 209, 485 + gap * i, 371]),
  ];

  it('knows whom it may be: both who went in', () => {
    const segments = new Segments(IDENTIFY);
    const take = (at: number, people: readonly Sighting[]) =>
      segments.take({ kind: 'sightings', camera: 'hall', at, people });
    // Clear of each other, then the boxes cover each other, then clear again.
    for (let i = 0; i <= 8; i++) take(200 * i, two(8 - i, 24));
    expect(segments.open).toHaveLength(0);
    for (let i = 0; i < 10; i++) take(1800 + 200 * i, two(i, 24));
    const after = segments.open;
    expect(after.map(({ track }) => track)).toEqual(['T1', 'T2']);
    const entered = after.map(({ origin }) => origin?.entered.map(({ track }) => track).sort());
    expect(entered).toEqual([
      ['T1', 'T2'],
      ['T1', 'T2'],
    ]);
    expect(after[0]?.origin?.isOpen).toBe(false);
    expect(after[0]?.origin?.doubt.left).toBe(2);
  });

  it('after a gap with no one near may be itself alone', () => {
    const segments = new Segments(IDENTIFY);
    for (const at of [0, 200, 400, 600, 1600, 1800]) {
      segments.take({ kind: 'sightings', camera: 'hall', at, people: [one('T1', WHOLE)] });
    }
    const [again] = segments.open;
    expect(again).toMatchObject({ from: 1600, beginning: 'gap' });
    expect(again?.origin?.entered.map(({ from }) => from)).toEqual([0]);
  });
});
