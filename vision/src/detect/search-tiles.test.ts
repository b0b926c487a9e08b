import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from './model-card.ts';
import { searchTiles } from './search-tiles.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));

describe('searchTiles', () => {
  it('covers an ordinary camera in six tiles at twice the resolution of the full pass', () => {
    const tiles = searchTiles(card, { width: 1280, height: 720 });
    expect(tiles).toHaveLength(6);
    const scales = tiles.map(({ width, region }) => width / region.width);
    expect(Math.min(...scales)).toBeGreaterThan((1.9 * card.input.size) / 1280);
  });

  it('keeps to the fixed input size of some weights', () => {
    const input = { ...card.input, size: 640, multiple: 640 };
    const fixed = { ...card, input, region: { ...card.region, size: 640 } };
    const tiles = searchTiles(fixed, { width: 1280, height: 720 });
    expect(tiles.length).toBeGreaterThan(0);
    expect(tiles.every(({ width, height }) => width === 640 && height === 640)).toBe(true);
  });

  it('returns no tiles where the full pass has that resolution', () => {
    expect(searchTiles(card, { width: 480, height: 270 })).toEqual([]);
  });

  it('has every person who is too small for the full pass whole in one tile, for any picture', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 700, max: 4000 }),
        fc.integer({ min: 400, max: 2200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (width, height, x, y) => {
          const tiles = searchTiles(card, { width, height });
          const scale = card.input.size / Math.max(width, height);
          const tall = card.region.belowHeight / 3 / scale;
          const left = x * (width - tall / 2);
          const top = y * (height - tall);
          const holds = tiles.some(
            ({ region }) =>
              region.left <= left + 1e-6 &&
              region.top <= top + 1e-6 &&
              region.left + region.width >= left + tall / 2 - 1e-6 &&
              region.top + region.height >= top + tall - 1e-6,
          );
          expect(holds || tiles.length === 0).toBe(true);
          for (const { region, width: across, height: down } of tiles) {
            expect(region.left + region.width).toBeLessThanOrEqual(width + 1e-6);
            expect(region.top + region.height).toBeLessThanOrEqual(height + 1e-6);
            expect(Math.max(across, down)).toBeLessThanOrEqual(2 * card.region.size + 32);
          }
        },
      ),
    );
  });
});
