import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesWithAlpha, canvasOn, isPainted, paintPatches } from './paint.ts';
import { coarse, type FacePatches, PATCHES, patchesOf } from './patches.ts';

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
  it('has the colours of its patches, in steps, and what goes over from one to the next', () => {
    const patches = patchesOf(coarse(noise(128, 72, 11)), [20, 10, 90, 60]);
    expect([patches.core.length, patches.rim.length]).toEqual([
      PATCHES.core ** 2,
      PATCHES.rim ** 2,
    ]);
    for (const [luma] of [...patches.core, ...patches.rim]) expect(luma % 16).toBe(0);
    const all = [...patches.core, ...patches.rim].map(([luma]) => luma);
    const canvas = canvasOn(new Uint8Array(noise(128, 72, 12).pixels), 128, 72, false);
    paintPatches(canvas, [20, 10, 90, 60], patches);
    for (let y = 0; y < 72; y++) {
      for (let x = 0; x < 128; x++) {
        if (!isPainted([20, 10, 90, 60], x + 0.5, y + 0.5)) continue;
        expect(canvas.y[y * 128 + x]).toBeGreaterThanOrEqual(Math.min(...all));
        expect(canvas.y[y * 128 + x]).toBeLessThanOrEqual(Math.max(...all));
      }
    }
  });

  it('has large patches in the middle, where eyes, nose and mouth are', () => {
    const flat = (side: number, luma: number) =>
      Array.from({ length: side ** 2 }, () => [luma, 128, 128] as const);
    const patches: FacePatches = { core: flat(PATCHES.core, 16), rim: flat(PATCHES.rim, 240) };
    const canvas = canvasOn(new Uint8Array(noise(100, 100, 2).pixels), 100, 100, false);
    paintPatches(canvas, [0, 0, 100, 100], patches);
    const at = (x: number, y: number) => canvas.y[y * 100 + x];
    expect([at(50, 50), at(50, 22), at(30, 40), at(70, 60)]).toEqual([16, 16, 16, 16]);
    expect([at(50, 5), at(5, 50), at(95, 50), at(50, 95)]).toEqual([240, 240, 240, 240]);
  });

  it('holds nothing of what was there, and leaves all that is not in it', () => {
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
          const box = [left, top, left + width, top + height] as const;
          const patches = patchesOf(coarse(noise(64, 64, 3)), [8, 8, 40, 40]);
          const [first, second] = [seed, seed + 1].map((other) => {
            const bytes = new Uint8Array(noise(128, 72, other).pixels);
            const before = bytes.slice();
            paintPatches(canvasOn(bytes, 128, 72, false), [...box], patches);
            return { bytes, before };
          });
          for (let y = 0; y < 72; y++) {
            for (let x = 0; x < 128; x++) {
              const at = y * 128 + x;
              const other = isPainted([...box], x + 0.5, y + 0.5) ? second!.bytes : first!.before;
              if (first!.bytes[at] !== other[at]) expect.fail(`pixel ${x}, ${y}`);
            }
          }
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
    to.set(from);
    turn(0, 64, 64, 2);
    expect(to).not.toEqual(from);
    expect(patchesOf(coarse(second), [8, 8, 56, 56])).toEqual(
      patchesOf(coarse(first), [8, 8, 56, 56]),
    );
  });

  it('is opaque on a layer, and nothing else is', () => {
    const bytes = new Uint8Array(bytesWithAlpha(32, 18));
    const canvas = canvasOn(bytes, 32, 18, true);
    paintPatches(canvas, [4, 4, 12, 12], patchesOf(coarse(noise(64, 64, 3)), [8, 8, 40, 40]));
    const opaque = [...canvas.alpha!].filter((value) => value === 255).length;
    // All but its corners.
    expect([opaque, canvas.alpha![0], canvas.alpha![4 * 32 + 4]]).toEqual([52, 0, 0]);
    expect(bytes.length).toBe(32 * 18 * 2 + 2 * 16 * 9);
  });
});
