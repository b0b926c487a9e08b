import { describe, expect, it } from 'vitest';
import { Doubt } from './doubt.ts';
import { Segment } from './segment.ts';
import { IDENTIFY } from './settings.ts';
import { Vanished } from './vanished.ts';

let count = 0;
const segment = (at = 0): Segment =>
  new Segment({
    number: ++count,
    camera: 'hall',
    track: `T${count}`,
    at,
    floor: [0, 0],
    beginning: 'new-track',
  });

describe('a doubt', () => {
  it('gives each who comes out all who went in, and counts who is out', () => {
    const [a, b, c, d] = [segment(), segment(), segment(1000), segment(1000)];
    const doubt = new Doubt();
    doubt.enter(a);
    doubt.enter(b);
    expect(doubt.leave(c)).toMatchObject({ entered: [a, b], isOpen: false });
    expect(doubt.left).toBe(1);
    expect(doubt.leave(d).entered).toEqual([a, b]);
    expect(doubt.left).toBe(2);
  });

  it('does not count one twice who comes back into it', () => {
    const [a, b, c, d] = [segment(), segment(), segment(1000), segment(2000)];
    const doubt = new Doubt();
    doubt.enter(a);
    doubt.enter(b);
    doubt.leave(c);
    doubt.enter(c);
    expect(doubt.left).toBe(0);
    expect(doubt.leave(d).entered).toEqual([a, b]);
  });

  it('is one with another one whose people come near, also for those who know it by the other name', () => {
    const [a, b, c] = [segment(), segment(), segment()];
    const [one, other] = [new Doubt(), new Doubt()];
    one.enter(a);
    other.enter(b);
    other.open();
    one.join(other);
    other.enter(c);
    expect(one.leave(segment()).entered).toEqual([a, b, c]);
    expect(other.leave(segment())).toMatchObject({ isOpen: true });
    expect(one.left).toBe(2);
  });

  it('that lasts long forgets who went in a minute before', () => {
    const [a, b] = [segment(0), segment(61_000)];
    const doubt = new Doubt();
    doubt.enter(a);
    doubt.enter(b);
    expect(doubt.leave(segment(62_000)).entered).toEqual([b]);
  });
});

describe('a new track', () => {
  it('may be one that vanished near, a moment ago, in the same picture, or another person', () => {
    const vanished = new Vanished(IDENTIFY);
    const gone = segment();
    const whom = new Doubt();
    whom.enter(gone);
    vanished.add('hall', whom, 1000, [5, 5]);
    const found = vanished.near('hall', 2500, [7, 6]);
    expect(found?.leave(segment())).toMatchObject({ entered: [gone], isOpen: true });
    // Who vanished may come out elsewhere yet.
    expect(whom.left).toBe(0);
    expect(vanished.near('yard', 2500, [7, 6])).toBeUndefined();
    expect(vanished.near('hall', 2500, [12, 5])).toBeUndefined();
    expect(vanished.near('hall', 6500, [5, 5])).toBeUndefined();
  });
});
