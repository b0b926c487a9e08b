import { expect, it } from 'vitest';
import { FrameWatch, LOOK_EVERY_MS } from './frame-watch.ts';

/** Looks at frames, one after the other. */
function looks(frames: readonly number[]) {
  const watch = new FrameWatch();
  return frames.map((frame, n) => watch.look(frame, 1_000 + n * LOOK_EVERY_MS));
}
const moving = { standsForMs: null, isStalled: false };

it('finds a picture that stands within three seconds, and one to open again within eight', () => {
  const seen = looks([1, 2, ...Array.from({ length: 31 }, () => 3)]);
  expect(seen.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => moving));
  expect(seen[12]).toEqual({ standsForMs: 2_500, isStalled: false });
  expect(seen.filter(({ isStalled }) => isStalled)).toHaveLength(1);
  expect(seen.findIndex(({ isStalled }) => isStalled) * LOOK_EVERY_MS).toBeLessThanOrEqual(8_000);
});

it('says since when a picture stands, also after it was to be opened again', () => {
  const seen = looks(Array.from({ length: 61 }, () => 3));
  expect(seen.at(30)).toEqual({ standsForMs: 7_500, isStalled: false });
  expect(seen.at(-1)?.standsForMs).toBe(15_000);
  expect(seen.filter(({ isStalled }) => isStalled)).toHaveLength(2);
});

it('does not take one frame a second for a standstill', () => {
  const frames = [1, 2, 3, 4].flatMap((frame) => Array.from({ length: 4 }, () => frame));
  expect(looks(frames)).toEqual(frames.map(() => moving));
});

it('begins again where the page slept, and with another picture', () => {
  const watch = new FrameWatch();
  watch.look(5, 0);
  expect(watch.look(5, 3_600_000)).toEqual(moving);
  expect(watch.look(5, 3_602_500)).toEqual({ standsForMs: 2_500, isStalled: false });
  watch.restart();
  expect(watch.look(5, 3_603_000)).toEqual(moving);
});
