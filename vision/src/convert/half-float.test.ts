import { describe, expect, it } from 'vitest';
import { readHalfFloats } from './half-float.ts';

describe('readHalfFloats', () => {
  it('reads the examples of the standard', () => {
    // IEEE 754 binary16: 1, -2, the largest, the least normal and subnormal, zeros, infinities.
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x0000, 0x8000, 0x7c00, 0xfc00, 0x3555];
    const bytes = new Uint8Array(Uint16Array.from(bits).buffer);
    expect([...readHalfFloats(bytes)]).toEqual([
      1,
      -2,
      65_504,
      2 ** -14,
      2 ** -24,
      0,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Math.fround(0.333251953125),
    ]);
    expect(readHalfFloats(Uint8Array.of(0x01, 0x7e))[0]).toBeNaN();
  });

  it('refuses an odd number of bytes', () => {
    expect(() => readHalfFloats(new Uint8Array(3))).toThrow(
      '3 bytes are not a whole number of half floats',
    );
  });
});
