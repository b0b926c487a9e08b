import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesWithAlpha, canvasOn, isPainted, paintPatches } from './paint.ts';
import { coarse, PATCHES, patchesOf } from './patches.ts';

/** A picture of noise: every pixel tells something. */
function noise(width: number, height: number, seed: number) {
  const size = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const pixels = new SharedArrayBuffer(size);
  const bytes = new Uint8Array(pixels);
  let state = seed | 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = 16 + ((state >> 16) % 220);
  }
  return { width, height, pixels };
}

describe('a painted region', () => {
  it('has sixteen colours at most, in steps, and nothing outside of it changes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.tuple(
          fc.double({ min: -20, max: 100, noNaN: true }),
          fc.double({ min: -20, max: 60, noNaN: true }),
          fc.double({ min: 9, max: 60, noNaN: true }),
          fc.double({ min: 9, max: 60, noNaN: true }),
        ),
        (seed, [left, top, width, height]) => {
          const picture = noise(128, 72, seed);
          const before = new Uint8Array(picture.pixels).slice();
          const canvas = canvasOn(new Uint8Array(picture.pixels), 128, 72, false);
          const box = [left, top, left + width, top + height] as const;
          paintPatches(canvas, [...box], patchesOf(coarse(picture), [...box]));
          const seen = new Set<number>();
          let changed = 0;
          for (let y = 0; y < 72; y++) {
            for (let x = 0; x < 128; x++) {
              const inside = x + 1 > box[0] && x < box[2] && y + 1 > box[1] && y < box[3];
              const value = canvas.y[y * 128 + x]!;
              if (inside) seen.add(value);
              else if (value !== before[y * 128 + x]) changed++;
            }
          }
          expect(changed).toBe(0);
          expect(seen.size).toBeLessThanOrEqual(PATCHES * PATCHES);
          for (const value of seen) expect(value % 16).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells the same of two pictures whose patches have the same means', () => {
    // Each square of the second is turned by half: other pixels, the same means.
    const first = noise(64, 64, 7);
    const second = { ...first, pixels: new SharedArrayBuffer(first.pixels.byteLength) };
    const [from, to] = [new Uint8Array(first.pixels), new Uint8Array(second.pixels)];
    const turn = (offset: number, width: number, height: number, side: number) => {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [column, line] = [x - (x % side), y - (y % side)];
          const source = (2 * line + side - 1 - y) * width + 2 * column + side - 1 - x;
          to[offset + y * width + x] = from[offset + source]!;
        }
      }
    };
    turn(0, 64, 64, 8);
    turn(4096, 32, 32, 4);
    turn(5120, 32, 32, 4);
    expect(to).not.toEqual(from);
    expect(patchesOf(coarse(second), [8, 8, 56, 56])).toEqual(
      patchesOf(coarse(first), [8, 8, 56, 56]),
    );
  });

  it('as an ellipse has nothing of what was there either, and leaves what is around it', () => {
    const box = [10.5, 6, 50, 47.5] as const;
    const patches = patchesOf(coarse(noise(64, 64, 3)), [8, 8, 40, 40]);
    const [first, second] = [noise(64, 64, 5), noise(64, 64, 6)].map(({ pixels }) => {
      const bytes = new Uint8Array(pixels);
      const before = bytes.slice();
      paintPatches(canvasOn(bytes, 64, 64, false), [...box], patches, 'ellipse');
      return { bytes, before };
    });
    let painted = 0;
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 64; x++) {
        const at = y * 64 + x;
        if (isPainted([...box], 'ellipse', x + 0.5, y + 0.5)) {
          painted++;
          expect(second!.bytes[at]).toBe(first!.bytes[at]);
        } else expect(first!.bytes[at]).toBe(first!.before[at]);
      }
    }
    // The area of the ellipse.
    expect(painted / (((50 - 10.5) * (47.5 - 6) * Math.PI) / 4)).toBeCloseTo(1, 1);
  });

  it('is opaque on a layer, and nothing else is', () => {
    const bytes = new Uint8Array(bytesWithAlpha(32, 18));
    const canvas = canvasOn(bytes, 32, 18, true);
    paintPatches(canvas, [4, 4, 12, 12], patchesOf(coarse(noise(64, 64, 3)), [8, 8, 40, 40]));
    const opaque = [...canvas.alpha!].filter((value) => value === 255).length;
    expect([opaque, canvas.alpha![0]]).toEqual([64, 0]);
    expect(bytes.length).toBe(32 * 18 * 2 + 2 * 16 * 9);
  });
});
