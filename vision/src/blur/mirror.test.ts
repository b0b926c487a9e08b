import { describe, expect, it } from 'vitest';
import { mirrored, mirroredBox } from './mirror.ts';

describe('a mirrored picture', () => {
  it('has left and right exchanged in each plane, also of uneven sizes', () => {
    const pixels = new SharedArrayBuffer(3 * 2 + 2 * 2);
    new Uint8Array(pixels).set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const picture = { width: 3, height: 2, pixels };
    const other = mirrored(picture);
    expect([...new Uint8Array(other.pixels)]).toEqual([3, 2, 1, 6, 5, 4, 8, 7, 10, 9]);
    expect(mirrored(other)).toEqual(picture);
  });

  it('has the boxes of the picture on the other side', () => {
    expect(mirroredBox([10, 20, 30, 40], 100)).toEqual([70, 20, 90, 40]);
    expect(mirroredBox(mirroredBox([10, 20, 30, 40], 100), 100)).toEqual([10, 20, 30, 40]);
  });
});
