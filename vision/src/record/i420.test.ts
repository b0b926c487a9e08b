import { expect, test } from 'vitest';
import { i420ToRgb } from './i420.ts';

/** A picture of one colour. */
function flat(width: number, height: number, y: number, u: number, v: number): Uint8Array {
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  return new Uint8Array([
    ...Array(width * height).fill(y),
    ...Array(chroma).fill(u),
    ...Array(chroma).fill(v),
  ]);
}

test.each([
  ['black', [16, 128, 128], [0, 0, 0]],
  ['white', [235, 128, 128], [255, 255, 255]],
  ['red', [63, 102, 240], [255, 0, 0]],
  ['green', [173, 42, 26], [0, 255, 0]],
  ['blue', [32, 240, 118], [0, 0, 255]],
  ['below black', [0, 128, 128], [0, 0, 0]],
] as const)('%s', (_name, [y, u, v], expected) => {
  const rgb = i420ToRgb(flat(4, 2, y, u, v), 4, 2);
  expect(rgb.length).toBe(4 * 2 * 3);
  expected.forEach((value, i) => {
    expect(Math.abs(rgb[9 + i]! - value)).toBeLessThanOrEqual(2);
  });
});

test('each chroma sample colours its own four pixels, also at odd sizes', () => {
  const picture = flat(3, 3, 100, 128, 128);
  picture[9 + 3] = 240; // U of the bottom-right quarter
  const rgb = i420ToRgb(picture, 3, 3);
  const blue = [...Array(9).keys()].map((i) => rgb[i * 3 + 2]!);
  expect(blue.filter((value) => value === 255)).toHaveLength(1);
  expect(blue[8]).toBe(255);
});
