import { describe, expect, it } from 'vitest';
import { joinedBytes } from './clip-cutter.ts';
import type { Covering } from './ring-index.ts';

const BASE = 1_790_000_000_000;

/** Segments of one second; `at` is the time of the start, milliseconds, `run` that of ffmpeg. */
function covering(...segments: { at: number; run?: string }[]): Covering {
  return {
    segments: segments.map(({ at, run = 'a' }, i) => ({
      file: `${BASE + at}-${BASE + at + 1000}-h264-${run}-00000${i}.ts`,
      from: BASE + at,
      to: BASE + at + 1000,
      codec: 'h264',
    })),
    from: BASE,
    to: BASE + 5000,
    partial: false,
  };
}

describe('the segments of a clip', () => {
  it('are one stream of bytes where they continue each other', () => {
    const one = covering({ at: 0 }, { at: 1001 }, { at: 1999 });
    const [a, b, c] = one.segments.map(({ file }) => `/ring/${file}`);
    expect(joinedBytes(one, '/ring')).toBe(`concat:${a}|${b}|${c}`);
  });

  it.each([
    ['a gap', covering({ at: 0 }, { at: 1200 })],
    ['an overlap', covering({ at: 0 }, { at: 800 })],
    ['a restart of ffmpeg', covering({ at: 0 }, { at: 1000, run: 'b' })],
  ])('are a list where there is %s', (_, one) => {
    expect(joinedBytes(one, '/ring')).toBeNull();
  });

  it('are a list where the folder has a sign that the address cannot hold', () => {
    expect(joinedBytes(covering({ at: 0 }), '/data|1/ring')).toBeNull();
  });
});
