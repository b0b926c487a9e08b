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
