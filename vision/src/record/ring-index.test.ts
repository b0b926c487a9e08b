import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coverWindow,
  expired,
  nameSegment,
  type RingSegment,
  readSegmentName,
} from './ring-index.ts';

const T = 1_700_000_000_000;
const segment = (from: number, to: number, codec = 'h264', run = 'ab12'): RingSegment => ({
  file: `run-${run}-${from}.ts`,
  from: T + from,
  to: T + to,
  codec,
});
const run = (count: number, length = 1000, at = 0) =>
  [...Array(count).keys()].map((i) => segment(at + i * length, at + (i + 1) * length));

describe('segments for a window', () => {
  test('begin at or before its start and reach its end, any lengths', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 200, max: 4000 }), { minLength: 10, maxLength: 60 }),
        fc.nat(),
        fc.nat(),
        (lengths, a, b) => {
          let at = 0;
          const ring = lengths.map((length) => {
            const made = segment(at, at + length);
            at += length;
            return made;
          });
          const [from, to] = [T + (a % at), T + (b % at)].sort((x, y) => x - y) as [number, number];
          if (from === to) return;
          const found = coverWindow(ring, from, to);
          expect(found?.from).toBeLessThanOrEqual(from);
          expect(found?.segments.at(-1)?.to).toBeGreaterThanOrEqual(to);
          expect(found?.to).toBe(to);
          expect(found?.partial).toBe(false);
          expect(found!.from + lengths[0]!).toBeGreaterThan(T);
        },
      ),
    );
  });

  test('a ring that begins late or ends early gives a partial clip', () => {
    expect(coverWindow(run(10), T - 500, T + 5000)).toMatchObject({ from: T, partial: true });
    expect(coverWindow(run(10), T + 5000, T + 12_000)).toMatchObject({
      to: T + 10_000,
      partial: true,
    });
  });

  test('a gap in the middle is reported', () => {
    const ring = [...run(5), ...run(5, 1000, 8000)];
    const found = coverWindow(ring, T + 1000, T + 12_000);
    expect(found?.segments).toHaveLength(8);
    expect(found?.partial).toBe(true);
  });

  test('no segment of one run is dropped, also while its clock converges', () => {
    const ring = [segment(600, 1600), segment(900, 1900), segment(1900, 2900)];
    const found = coverWindow(ring, T, T + 2900);
    expect(found?.segments.map(({ from, to }) => [from - T, to - T])).toEqual([
      [-100, 900],
      [900, 1900],
      [1900, 2900],
    ]);
  });

  test('an empty window is null', () => {
    expect(coverWindow([], T, T + 1)).toBeNull();
    expect(coverWindow(run(3), T + 3000, T + 9000)).toBeNull();
  });

  test('of two overlapping runs one is used; a change of codec ends the clip', () => {
    const ring = [
      ...run(3),
      segment(1500, 2500, 'h264', 'cd34'),
      segment(3000, 4000),
      segment(4000, 5000, 'hevc'),
    ];
    const found = coverWindow(ring, T, T + 5000);
    expect(found?.segments.map(({ from }) => from - T)).toEqual([0, 1000, 2000, 3000]);
    expect(found?.partial).toBe(true);
  });
});

test('segments of a window and younger than the ring are kept', () => {
  const gone = expired(run(10), { oldest: T + 8000, newest: T + 10_000 }, [
    { from: T + 2500, to: T + 4500 },
  ]);
  expect(gone.map(({ from }) => (from - T) / 1000)).toEqual([0, 1, 5, 6]);
});

test('a file name round-trips all fields of the index', () => {
  const made = { ...segment(0, 1234), from: T + 0.4, file: 'run-0a1b2c3d-000007.ts' };
  const name = nameSegment(made);
  expect(readSegmentName(name)).toEqual({ file: name, from: T, to: T + 1234, codec: 'h264' });
  expect(readSegmentName('run-0a1b2c3d-000007.ts')).toBeNull();
});
