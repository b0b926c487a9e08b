import { describe, expect, it } from 'vitest';
import { fittingLayout, moveInGrid, pageCount, tileWidth } from './layout.ts';

describe('layout of the wall', () => {
  it('is the smallest that shows all cameras, with pages beyond sixteen', () => {
    expect([0, 1, 2, 4, 5, 9, 10, 40].map(fittingLayout)).toEqual([1, 1, 4, 4, 9, 9, 16, 16]);
    expect(pageCount(40, 16)).toBe(3);
    expect(pageCount(0, 4)).toBe(1);
  });

  it('makes the tiles as large as the area allows', () => {
    expect(tileWidth({ width: 1_000, height: 2_000 }, 2, 2, 8, 36)).toBe(496);
    const width = tileWidth({ width: 2_000, height: 600 }, 2, 2, 8, 36);
    expect((width * 9) / 16 + 36).toBeLessThanOrEqual(296);
  });

  it('moves between tiles by arrow and stays at the edge', () => {
    expect(moveInGrid(0, 'ArrowRight', 2, 4)).toBe(1);
    expect(moveInGrid(1, 'ArrowDown', 2, 4)).toBe(3);
    expect(moveInGrid(3, 'ArrowDown', 2, 4)).toBe(3);
    expect(moveInGrid(0, 'ArrowUp', 2, 4)).toBe(0);
    // The last row is not full.
    expect(moveInGrid(1, 'ArrowDown', 2, 3)).toBe(1);
  });
});
