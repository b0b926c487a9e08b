import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_PICTURES, PictureBootstrap } from './bootstrap.ts';

const ones = (count: number, value = 1): number[] => new Array<number>(count).fill(value);

/** Draws from sets of so many pictures. */
const drawn = (sizes: readonly number[], resamples: number, seed: number) =>
  new PictureBootstrap(
    sizes.map((pictures, i) => ({ name: `${i}/val`, pictures })),
    resamples,
    seed,
  );

describe('PictureBootstrap', () => {
  it('comes close to the interval of a binomial share where a picture has one person', () => {
    const share = drawn([400], 2000, 1).share([...ones(320), ...ones(80, 0)], ones(400));
    // 0.8 +- 1.96 * sqrt(0.8 * 0.2 / 400)
    expect(share).toMatchObject({ value: 0.8, of: 400 });
    expect(share.low).toBeCloseTo(0.761, 2);
    expect(share.high).toBeCloseTo(0.839, 2);
  });

  it('is wider where the same people stand together in fewer pictures', () => {
    const alone = drawn([400], 2000, 1);
    const together = drawn([40], 2000, 1);
    const many = alone.share([...ones(320), ...ones(80, 0)], ones(400));
    const few = together.share([...ones(32, 10), ...ones(8, 0)], ones(40, 10));
    expect(few.value).toBe(many.value);
    expect(few.high! - few.low!).toBeGreaterThan(2.5 * (many.high! - many.low!));
  });

  it('does not call a share certain because no mistake was seen', () => {
    const bootstrap = drawn([20], 500, 1);
    const right = bootstrap.share(ones(20), ones(20));
    // Clopper and Pearson: 0.025 ^ (1 / 20)
    expect(right).toEqual({ value: 1, low: expect.closeTo(0.8316, 4), high: 1, of: 20 });
    const wrong = bootstrap.share(ones(20, 0), ones(20));
    expect(wrong).toEqual({ value: 0, low: 0, high: expect.closeTo(0.1684, 4), of: 20 });
  });

  it('has no interval of few pictures, and no value of none', () => {
    const few = LEAST_PICTURES - 1;
    const bootstrap = drawn([10], 500, 1);
    const whole = [...ones(few), ...ones(10 - few, 0)];
    expect(bootstrap.share(whole, whole)).toEqual({ value: 1, low: null, high: null, of: few });
    expect(bootstrap.share(ones(10, 0), ones(10, 0))).toMatchObject({ value: null, low: null });
  });

  it('draws each set by itself, as often as it has pictures', () => {
    // All of the first set is right, all of the second wrong: the mixture never changes.
    const bootstrap = drawn([30, 10], 300, 7);
    const { value, low, high } = bootstrap.share([...ones(30), ...ones(10, 0)], ones(40));
    expect([value, low, high]).toEqual([0.75, 0.75, 0.75]);
  });

  it('gives a set the same interval whether or not others are drawn beside it', () => {
    const part = Array.from({ length: 30 }, (_, i) => (i % 4 === 0 ? 0 : 1));
    const alone = drawn([30], 300, 3).share(part, ones(30));
    const beside = drawn([30, 20], 300, 3).share(
      [...part, ...ones(20, 0)],
      [...ones(30), ...ones(20, 0)],
    );
    expect(beside).toEqual(alone);
    const other = new PictureBootstrap([{ name: 'other', pictures: 30 }], 300, 3);
    expect(other.share(part, ones(30))).not.toEqual(alone);
  });

  it('gives the same interval for the same seed, and one within 0 and 1', () => {
    const people = fc.record({ part: fc.nat(3), more: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(people, { minLength: 1, maxLength: 30 }), fc.nat(), (all, seed) => {
        const part = all.map((one) => one.part);
        const whole = all.map((one) => one.part + one.more);
        const share = drawn([all.length], 200, seed).share(part, whole);
        expect(drawn([all.length], 200, seed).share(part, whole)).toEqual(share);
        const { value, low, high } = share;
        if (value === null || low === null || high === null) return;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 40 },
    );
  });
});
