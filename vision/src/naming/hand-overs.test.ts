import { expect, it } from 'vitest';
import { type HandOverSaid, HandOvers } from './hand-overs.ts';

const seen = {
  kind: 'hand-over',
  floorPlan: 'hall',
  camera: 'gate',
  track: 'T1',
  at: Date.parse('2026-11-28T08:00:00.000Z'),
  before: 'a',
  after: 'b',
} as const;

function start() {
  let now = 0;
  const told: HandOverSaid[] = [];
  const handOvers = new HandOvers(
    (said) => told.push(said),
    () => now,
  );
  /** The time goes on; @returns what is told meanwhile. */
  const after = (ms: number): HandOverSaid[] => {
    const before = told.length;
    for (const end = now + ms; now < end; now += 250) handOvers.tell();
    return told.slice(before);
  };
  return { handOvers, told, after };
}

it('a hand-over is told again until the API holds both badges, and for ten minutes at most', () => {
  const { handOvers, told, after } = start();
  handOvers.add(seen, () => false);
  expect(told).toEqual([
    {
      floorPlan: 'hall',
      camera: 'gate',
      track: 'T1',
      at: '2026-11-28T08:00:00.000Z',
      badges: ['a', 'b'],
    },
  ]);
  expect(after(10_500)).toHaveLength(2);
  handOvers.held(['b']);
  expect(after(5_000)).toHaveLength(1);
  handOvers.held(['b', 'a']);
  expect(after(60_000)).toEqual([]);
  handOvers.add({ ...seen, after: 'c' }, () => false);
  after(600_000);
  expect(after(60_000)).toEqual([]);
});

it('nothing is told of a badge that may no longer be used', () => {
  const { handOvers, told, after } = start();
  handOvers.add(seen, (badge) => badge === 'a');
  expect(told.at(-1)?.badges).toEqual(['b']);
  handOvers.forget(['b']);
  expect(after(60_000)).toEqual([]);
  handOvers.add(seen, () => true);
  expect(told).toHaveLength(1);
});
