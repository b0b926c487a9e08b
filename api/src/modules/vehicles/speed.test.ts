import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, type Overspeed, type SpeedFix, stillState } from './speed.ts';

const KMH = 3.6;

/** Uniform in (0, 1), the same for each seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let one = Math.imul(state ^ (state >>> 15), 1 | state);
    one = (one + Math.imul(one ^ (one >>> 7), 61 | one)) ^ one;
    return (((one ^ (one >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

interface Drive {
  seed: number;
  /** Standard deviation of each axis, metres; half of it lasts for seconds. */
  sigma: number;
  everyMs: number;
  seconds: number;
  kmh: (second: number) => number;
  limit?: (second: number) => number | null;
}

/** Drives around a block of 60 m, with errors that last, and one fix in fifty far off. */
function driven({ seed, sigma, everyMs, seconds, kmh, limit = () => 10 }: Drive): Overspeed[] {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  let state = stillState();
  let way = 0;
  const bias = [0, 0];
  const keeps = Math.exp(-everyMs / 3_000);
  for (let ms = 0; ms < seconds * 1_000; ms += everyMs) {
    way += (kmh(ms / 1_000) / KMH) * (everyMs / 1_000);
    const side = Math.floor(way / 60) % 4;
    const along = way % 60;
    const at = [
      [along, 0],
      [60, along],
      [60 - along, 60],
      [0, 60 - along],
    ][side] as [number, number];
    const wild = next() < 0.02 ? 6 : 0;
    const off = (axis: 0 | 1) => {
      bias[axis] = keeps * (bias[axis] ?? 0) + Math.sqrt(1 - keeps ** 2) * normal() * sigma * 0.7;
      return (bias[axis] ?? 0) + normal() * sigma * 0.7 + wild * normal();
    };
    const fix: SpeedFix = {
      at: ms,
      source: 'uwb',
      plan: 'yard',
      x: at[0] + off(0),
      y: at[1] + off(1),
      radius: 2.45 * sigma,
      limit: limit(ms / 1_000),
      area: null,
    };
    state = drive(state, fix);
  }
  return [...state.ended, ...(state.now ? [state.now] : [])];
}

describe('[POS-08] the speed of a vehicle', () => {
  it('finds no speeding where there is none, at any noise and rate, for five minutes at the limit', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(0.15, 0.3, 1, 2),
        fc.constantFrom(200, 1_000, 5_000),
        (seed, sigma, everyMs) =>
          driven({ seed, sigma, everyMs, seconds: 300, kmh: () => 9.8 }).length === 0,
      ),
      { numRuns: 24, seed: 8 },
    );
  });

  it('finds a stretch that is too fast once, within seconds, with its speed and limit', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const kmh = (second: number) => (second >= 30 && second < 50 ? 16 : 8);
      const found = driven({ seed, sigma: 0.4, everyMs: 1_000, seconds: 80, kmh });
      expect(found, `seed ${seed}`).toHaveLength(1);
      const [one] = found as [Overspeed];
      expect(one.from).toBeGreaterThan(30_000);
      expect(one.from).toBeLessThan(41_000);
      expect(one.until).toBeLessThan(60_000);
      expect(one.topKmh).toBeGreaterThan(12);
      expect(one.topKmh).toBeLessThan(20);
      expect(one.limitKmh).toBe(10);
    }
  });

  it('is held against the limit of the way behind it, at the border of a slower area', () => {
    const kmh = (second: number) => (second < 30 ? 14 : 5);
    const limit = (second: number) => (second < 30 ? 15 : 6);
    for (let seed = 1; seed <= 20; seed++) {
      expect(driven({ seed, sigma: 0.3, everyMs: 1_000, seconds: 60, kmh, limit })).toEqual([]);
    }
  });

  it('says nothing without a limit, with few fixes, or over a gap', () => {
    const fast = { seed: 1, sigma: 0.3, seconds: 60, kmh: () => 40 };
    expect(driven({ ...fast, everyMs: 1_000, limit: () => null })).toEqual([]);
    expect(driven({ ...fast, everyMs: 25_000 })).toEqual([]);
    expect(driven({ ...fast, everyMs: 1_000, seconds: 3 })).toEqual([]);
  });

  it('ignores fixes that are not newer than the last', () => {
    const where = { source: 'uwb', plan: 'yard', x: 0, y: 0, radius: 1 };
    const fix: SpeedFix = { at: 5, ...where, limit: 10, area: null };
    const state = drive(stillState(), fix);
    expect(drive(state, { ...fix, x: 100 })).toBe(state);
    expect(drive(state, { ...fix, at: 4, x: 100 })).toBe(state);
  });
});
