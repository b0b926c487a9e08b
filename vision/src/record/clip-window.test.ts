import { expect, test } from 'vitest';
import { windowOf } from './clip-queue.ts';
import { coverWindow, type RingSegment } from './ring-index.ts';

const order = { startedAt: 100_000, confirmedAt: 102_000 };

/** A ring of one-second segments. */
function ringFrom(begin: number) {
  const segments = Array.from({ length: 40 }, (_, i): RingSegment => {
    const from = begin + i * 1000;
    return { file: `s-run-${i}.ts`, from, to: from + 1000, codec: 'h264' };
  });
  return { cover: (from: number, to: number) => coverWindow(segments, from, to) };
}

test('a clip is of 5 s before and 10 s after', () => {
  expect(windowOf(order, ringFrom(80_000))).toEqual({ from: 95_000, to: 112_000 });
});

test('a missing beginning extends the end', () => {
  expect(windowOf(order, ringFrom(98_000))).toEqual({ from: 95_000, to: 115_000 });
  expect(windowOf(order, ringFrom(101_000))).toEqual({ from: 95_000, to: 117_000 });
});

test('without video yet, the window is not extended', () => {
  expect(windowOf(order, { cover: () => null })).toEqual({ from: 95_000, to: 112_000 });
});

test('of evidence that lasted for hours, a clip shows the last minute', () => {
  const long = { startedAt: 100_000, confirmedAt: 7_300_000 };
  expect(windowOf(long)).toEqual({ from: 7_235_000, to: 7_310_000 });
});
