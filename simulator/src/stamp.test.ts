import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawStamp, readStamp, stampArea } from './stamp.ts';

const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const sizes = fc.tuple(fc.integer({ min: 480, max: 800 }), fc.integer({ min: 256, max: 480 }));

/** A picture of noise, so that the background does not help the reader. */
function noise(width: number, height: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

describe('stamp', () => {
  it('round-trips in any picture that can hold one', () => {
    fc.assert(
      fc.property(times, sizes, (ms, [width, height]) => {
        const luma = noise(width, height);
        drawStamp(luma, width, height, ms);
        expect(readStamp(luma, width, height)).toBe(ms);
      }),
      { numRuns: 30 },
    );
  });

  it('survives noise of up to 40 of 255 levels per pixel', () => {
    const shifts = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 97, maxLength: 97 });
    fc.assert(
      fc.property(times, shifts, (ms, shift) => {
        const luma = new Uint8Array(640 * 360);
        drawStamp(luma, 640, 360, ms);
        const noisy = luma.map((value, i) =>
          Math.min(255, Math.max(0, value + shift[i % shift.length]!)),
        );
        expect(readStamp(noisy, 640, 360)).toBe(ms);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    { quality: 40, size: 1280 },
    { quality: 80, size: 1280 },
    { quality: 80, size: 640 },
    { quality: 80, size: 832 },
  ])('survives a JPEG of quality $quality at width $size', async ({ quality, size }) => {
    const [width, height, ms] = [1280, 720, 1_795_614_469_967];
    const luma = noise(width, height);
    drawStamp(luma, width, height, ms);
    const raw = { width, height, channels: 1 as const };
    const jpeg = await sharp(luma, { raw }).resize(size).jpeg({ quality }).toBuffer();
    const { data, info } = await sharp(jpeg).toColourspace('srgb').raw().toBuffer({
      resolveWithObject: true,
    });
    expect(readStamp(data, info.width, info.height)).toBe(ms);
  });

  it('is refused where it is corrupt, instead of a wrong time', () => {
    const cells = fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(times, cells, (ms, flipped) => {
        const [width, height] = [480, 256];
        const luma = new Uint8Array(width * height);
        drawStamp(luma, width, height, ms);
        for (const cell of new Set(flipped)) {
          const [left, top] = [((cell % 32) + 1) * 8, height - 16 + (cell < 32 ? 0 : 8)];
          for (let y = top; y < top + 8; y++) {
            for (let x = left; x < left + 8; x++) luma[y * width + x] = 251 - luma[y * width + x]!;
          }
        }
        const read = readStamp(luma, width, height);
        // A corruption of eight cells is accepted only if it matches the checksum by chance.
        expect(read).toBeNull();
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('is not detected in noise, in an empty picture or in one too small', () => {
    expect(readStamp(noise(640, 360), 640, 360)).toBeNull();
    expect(readStamp(new Uint8Array(640 * 360), 640, 360)).toBeNull();
    expect(readStamp(new Uint8Array(16), 4, 4)).toBeNull();
    expect(readStamp(new Uint8Array(7), 640, 360)).toBeNull();
  });

  it('refuses pictures and times that it cannot hold', () => {
    expect(() => stampArea(470, 360)).toThrow('480x256');
    expect(() => drawStamp(new Uint8Array(640 * 360), 640, 360, -1)).toThrow(RangeError);
    expect(() => drawStamp(new Uint8Array(640 * 360), 640, 360, 2 ** 48)).toThrow(RangeError);
  });
});
