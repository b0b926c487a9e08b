import fc from 'fast-check';
import { decodeTime } from 'ulid';
import { describe, expect, it } from 'vitest';
import { blindId, isDrawn } from './draw.ts';

describe('the draw for a second review', () => {
  it('takes all of 100 % and none of 0 %, whatever the random number is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (number) => {
        expect(isDrawn(100, () => number)).toBe(true);
        expect(isDrawn(0, () => number)).toBe(false);
      }),
    );
  });

  it('takes exactly the share of all random numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (share) => {
        const at = share * 10_000;
        if (at > 0) expect(isDrawn(share, () => at - 1)).toBe(true);
        if (at < 1_000_000) expect(isDrawn(share, () => at)).toBe(false);
      }),
    );
  });

  it('takes about the share of many, and not the same ones again', () => {
    const run = () => Array.from({ length: 20_000 }, () => isDrawn(5));
    const [one, other] = [run(), run()];
    const drawn = one.filter(Boolean).length;
    // Five standard deviations around 1000.
    expect(Math.abs(drawn - 1_000)).toBeLessThan(155);
    expect(one).not.toEqual(other);
  });

  it('has ids that say nothing of the time', () => {
    const ids = Array.from({ length: 100 }, () => blindId());
    expect(new Set(ids).size).toBe(100);
    expect(new Set(ids.map((id) => decodeTime(id)))).toEqual(new Set([1]));
  });
});
