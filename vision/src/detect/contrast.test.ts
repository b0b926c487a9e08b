import { randomOf } from '@anshi/contracts/testing/random';
import { describe, expect, test } from 'vitest';
import { isLegible, upperBodyContrast } from './contrast.ts';

const width = 320;
const height = 240;
const box = [100, 40, 160, 220] as const;

/** A person with a bright head and a dark body before a middle background. */
function picture(contrast: number, noise = 0) {
  const random = randomOf('contrast');
  const pixels = new SharedArrayBuffer(width * height * 1.5);
  const luma = new Uint8Array(pixels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isPerson = x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
      const shade = isPerson ? (y < box[1] + 30 ? 0.5 : -0.5) : 0;
      luma[y * width + x] = 126 + contrast * shade + (noise > 0 ? random.normal(noise) : 0);
    }
  }
  return { width, height, pixels };
}

const least = { range: 50, overNoise: 10 };
const contrastOf = (...given: Parameters<typeof picture>) =>
  upperBodyContrast(picture(...given), [...box]);

describe('the contrast of a person', () => {
  test('is the range of luma of the upper body', () => {
    expect(contrastOf(120)).toEqual({ range: 120, noise: 0 });
    expect(contrastOf(30).range).toBe(30);
  });

  test('has the noise of the sensor beside it, which does not widen the range', () => {
    const { range, noise } = contrastOf(60, 8);
    expect(range).toBeGreaterThan(52);
    expect(range).toBeLessThan(72);
    // The median of the magnitude is 0.67 of the standard deviation, and the operator has a gain of 1.
    expect(noise).toBeGreaterThan(4);
    expect(noise).toBeLessThan(7);
  });

  test('of people at the edge and beyond it is that of what the picture shows', () => {
    for (const edge of [
      [-40, -60, 30, 100],
      [300, 200, 400, 300],
      [100, 40, 100.5, 40.5],
    ] as const) {
      const { range, noise } = upperBodyContrast(picture(120), [...edge]);
      expect(Number.isFinite(range) && Number.isFinite(noise)).toBe(true);
    }
  });

  test.each([
    ['daylight', contrastOf(120, 1), true],
    ['haze', contrastOf(40), false],
    ['night', contrastOf(60, 11), false],
  ])('at %s %j is enough: %s', (_name, contrast, expected) => {
    expect(isLegible(contrast, least)).toBe(expected);
  });
});
