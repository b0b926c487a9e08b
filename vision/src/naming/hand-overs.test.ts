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

/** @param kept what was kept before. */
function start(kept: readonly HandOverSaid[] = []) {
  let now = 0;
  const told: HandOverSaid[] = [];
  let stored = kept;
  const handOvers = new HandOvers({
    onTell: (said) => told.push(said),
    store: { kept, keep: (said) => (stored = said), flush: async () => {} },
    now: () => now,
    wall: () => seen.at + now,
  });
  /** The time goes on; @returns what is told meanwhile. */
  const after = (ms: number, step = 250): HandOverSaid[] => {
    const before = told.length;
    for (const end = now + ms; now < end; now += step) handOvers.tell();
    return told.slice(before);
  };
  return { handOvers, told, after, stored: () => stored };
}

const HOUR = 3_600_000;

it('a hand-over is told again until the API holds both badges', () => {
  const { handOvers, told, after, stored } = start();
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
  expect(stored()).toEqual(told);
  expect(after(10_500)).toHaveLength(2);
  handOvers.held(['b']);
  expect(handOvers.waiting).toEqual(['a']);
  expect(after(5_000)).toHaveLength(1);
  handOvers.held(['b', 'a']);
  expect(after(60_000)).toEqual([]);
  expect(stored()).toEqual([]);
});

it('is told after hours without the API and after a restart, and for two days at most', () => {
  const before = start();
  before.handOvers.add(seen, () => false);
  before.after(12 * 60_000);
  expect(before.after(60_000).length).toBeGreaterThan(0);
  before.after(30 * HOUR, 60_000);
  const { handOvers, after, stored } = start(before.stored());
  expect(handOvers.waiting).toEqual(['a', 'b']);
  expect(after(250)).toEqual([before.told[0]]);
  after(48 * HOUR, 60_000);
  expect(after(HOUR, 60_000)).toEqual([]);
  expect(stored()).toEqual([]);
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
