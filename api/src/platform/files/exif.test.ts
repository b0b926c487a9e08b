import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPicture, withExif } from '../../testing/media.ts';
import { readExif } from './exif.ts';

const exifOf = async (data: Parameters<typeof withExif>[1]) => {
  const { exif } = await sharp(await withExif(await drawPicture(1, 100), data)).metadata();
  return exif!;
};

describe('EXIF data', () => {
  it('gives the time with its offset, else in the zone of the plant', async () => {
    const time = { takenAt: '2026:11:25 16:30:05' };
    const zone = 'Asia/Shanghai';
    const at = async (data: Parameters<typeof withExif>[1]) =>
      readExif(await exifOf(data), zone).takenAt?.toISOString();
    expect(await at({ ...time, offset: '+09:00' })).toBe('2026-11-25T07:30:05.000Z');
    expect(await at(time)).toBe('2026-11-25T08:30:05.000Z');
    expect(await at({ takenAt: '0000:00:00 00:00:00' })).toBeUndefined();
  });

  it('gives positions in all four quadrants', async () => {
    for (const [latitude, longitude] of [
      [31.2304, 121.4737],
      [-33.8688, 151.2093],
      [40.4168, -3.7038],
      [-22.9068, -43.1729],
    ] as const) {
      const { takenWhere } = readExif(await exifOf({ latitude, longitude }), 'UTC');
      expect(takenWhere?.latitude).toBeCloseTo(latitude, 4);
      expect(takenWhere?.longitude).toBeCloseTo(longitude, 4);
    }
    expect(readExif(await exifOf({ latitude: 0, longitude: 0 }), 'UTC').takenWhere).toBeNull();
  });

  it('is parsed safely, however malformed', async () => {
    const whole = await exifOf({ takenAt: '2026:11:25 16:30:05', latitude: 1, longitude: 2 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const { takenAt, takenWhere } = readExif(bytes, 'UTC');
        expect(takenAt === null || Number.isFinite(takenAt.getTime())).toBe(true);
        expect(Math.abs(takenWhere?.latitude ?? 0)).toBeLessThanOrEqual(90);
        expect(Math.abs(takenWhere?.longitude ?? 0)).toBeLessThanOrEqual(180);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readExif(Buffer.from(bytes), 'UTC')).not.toThrow();
      }),
    );
  });

  it('is fast on a block whose entries each claim the whole block', () => {
    const block = Buffer.alloc(65_000);
    block.write('II');
    block.writeUInt16LE(42, 2);
    block.writeUInt32LE(8, 4);
    const entries = Math.floor((block.length - 14) / 12);
    block.writeUInt16LE(entries, 8);
    // Each says that its value is the whole block, as bytes, texts, shorts, longs or rationals.
    const sizes = [1, 1, 2, 4, 8];
    for (let entry = 0; entry < entries; entry++) {
      const at = 10 + entry * 12;
      const type = entry % sizes.length;
      block.writeUInt16LE(entry, at);
      block.writeUInt16LE(type + 1, at + 2);
      block.writeUInt32LE(Math.floor(block.length / (sizes[type] ?? 1)), at + 4);
      block.writeUInt32LE(8, at + 8);
    }
    const began = performance.now();
    for (let times = 0; times < 20; times++) {
      expect(readExif(block, 'UTC')).toEqual({ takenAt: null, takenWhere: null });
    }
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
