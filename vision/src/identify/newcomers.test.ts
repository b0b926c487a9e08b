import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { sightingsOf } from '../naming/camera-sightings.ts';
import type { Sighting } from './input.ts';
import { Segments } from './segments.ts';
import { IDENTIFY } from './settings.ts';

/** The worker W3 in `hall-west`, and the arm of the robot that is found as a person beside him, as the shipped detector gives them. */
const WORKER: Box = [607, 230, 674, 408];
const ARM: Box[] = [
  [509, 163, 635, 435],
  [498, 162, 623, 429],
  [491, 161, 617, 425],
  [489, 160, 615, 413],
  [490, 161, 617, 407],
];

/** Covers so much of the worker that the tracker may exchange the two. */
const COVERING: Box = [595, 180, 690, 420];

const one = (track: string, box: Box, more: Partial<Sighting> = {}): Sighting => ({
  track,
  floor: [box[0] / 100, box[3] / 100],
  covariance: [0.02, 0, 0.02],
  box,
  ...more,
});

/** A person in frames every 200 ms, in some of them beside another track. */
function beside(count: number, other: (i: number) => Sighting | undefined) {
  const segments = new Segments(IDENTIFY);
  const of: (number | null)[] = [];
  const unclear: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = 200 * i;
    const people = [one('person', WORKER), other(i) ?? []].flat();
    segments.take({ kind: 'sightings', camera: 'hall', at, people });
    of.push(segments.of('hall', 'person', at)?.number ?? null);
    unclear.push(segments.unclear.length);
  }
  return { segments, of, unclear };
}
/** The arm from frame 5 on. */
const arm = (more: Partial<Sighting>) => (i: number) => {
  const box = ARM[i - 5];
  return box && one('arm', box, more);
};
/** Another box from frame 5 on, for so many frames. */
const covering = (frames: number, more: (i: number) => Partial<Sighting>) => (i: number) =>
  i < 5 || i >= 5 + frames ? undefined : one('other', COVERING, more(i));

describe('a new track on which nothing of a person was read', () => {
  it('for a second is no person: the one beside it stays who it is', () => {
    const { of, unclear } = beside(24, arm({ isUnread: true }));
    expect(new Set(of)).toEqual(new Set([1]));
    expect(new Set(unclear)).toEqual(new Set([0]));
    // With a helmet or a head on it, it is a person.
    expect(beside(24, arm({})).of).toContain(null);
  });

  it('is a person once something was read: whom it met before may be exchanged from then on', () => {
    const apart: Box = [900, 209, 965, 371];
    const { of } = beside(24, (i) => {
      if (i < 5) return undefined;
      return i < 7 ? one('other', COVERING, { isUnread: true }) : one('other', apart);
    });
    const { of: stays } = beside(
      24,
      covering(6, (i) => ({ isUnread: i < 8 })),
    );
    expect([of.indexOf(null), stays.indexOf(null)]).toEqual([7, 8]);
  });

  it('is a person after 1.5 s, also without it', () => {
    const { of } = beside(
      24,
      covering(12, () => ({ isUnread: true })),
    );
    expect(of.indexOf(null)).toBe(5 + 8);
  });

  it('meets one who is not found at that moment: who comes back may be the other one', () => {
    const segments = new Segments(IDENTIFY);
    const of: (number | null)[] = [];
    for (let i = 0; i < 16; i++) {
      const at = 200 * i;
      const found = i === 8 ? [] : [one('person', WORKER)];
      const other = covering(5, () => ({ isUnread: i < 8 }))(i) ?? [];
      segments.take({ kind: 'sightings', camera: 'hall', at, people: [found, other].flat() });
      of.push(segments.of('hall', 'person', at)?.number ?? null);
    }
    expect(of[9]).toBeNull();
    expect(of.at(-1)).not.toBe(1);
  });

  it('was in sight from its first frame on', () => {
    const far: Box = [900, 209, 965, 371];
    const { segments } = beside(12, (i) =>
      i < 3 ? undefined : one('other', far, { isUnread: true }),
    );
    const other = segments.open.find(({ track }) => track === 'other');
    expect(other).toMatchObject({ from: 600, seenFrom: 600, beginning: 'new-track' });
    expect(other?.path.placeAt(700)).toMatchObject({ x: 9 });
  });

  it('is another one where it leaps to another place', () => {
    const { segments } = beside(15, (i) =>
      one('other', i < 6 ? [900, 209, 965, 371] : [1200, 209, 1265, 371], { isUnread: true }),
    );
    expect(segments.open.find(({ track }) => track === 'other')).toMatchObject({ from: 1200 });
  });

  it('at the edge of the picture is a person at once: people come in there', () => {
    const { unclear } = beside(8, (i) =>
      i < 3 ? undefined : one('other', [900, 209, 965, 371], { isUnread: true, isCut: true }),
    );
    expect(unclear[3]).toBe(1);
  });
});

it('a person is unread where all items of the equipment are unknown, and not where the model reads none', () => {
  const person = (equipment: Record<string, 'worn' | 'missing' | 'unknown'>) => ({
    track: 'T1',
    box: WORKER,
    score: 0.44,
    floor: [11, 9] as [number, number],
    floorDeviation: 0.2,
    zones: [],
    equipment,
    pose: null,
    violations: [],
  });
  const [arm, worker, plain] = sightingsOf('hall-west', 0, {
    width: 1280,
    height: 720,
    people: [
      person({ helmet: 'unknown', vest: 'unknown' }),
      person({ helmet: 'unknown', vest: 'missing' }),
      person({}),
    ],
  }).people;
  expect([arm?.isUnread, worker?.isUnread, plain?.isUnread]).toEqual([true, false, false]);
});
