import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../testing/media.ts';
import { hashDistance, perceptualHash } from './perceptual-hash.ts';

describe('the perceptual hash', () => {
  it('is stable for the same scene scaled, compressed, brightened and annotated; differs for others', async () => {
    const near: number[] = [];
    const far: number[] = [];
    const hashes: string[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const photo = await drawPicture(seed, 800);
      const hash = (await perceptualHash(photo))!;
      const mark = Buffer.from(
        '<svg width="300" height="60"><text x="5" y="45" font-size="40" fill="red">2026-11-25</text></svg>',
      );
      const copies = await Promise.all([
        sharp(photo).resize(320).jpeg({ quality: 40 }).toBuffer(),
        sharp(photo).modulate({ brightness: 1.2, saturation: 0.6 }).toBuffer(),
        sharp(photo).blur(1.5).png().toBuffer(),
        sharp(photo)
          .composite([{ input: mark, left: 20, top: 20 }])
          .toBuffer(),
      ]);
      for (const copy of copies) near.push(hashDistance(hash, (await perceptualHash(copy))!));
      far.push(...hashes.map((other) => hashDistance(hash, other)));
      hashes.push(hash);
    }
    expect(Math.max(...near)).toBeLessThanOrEqual(10);
    expect(Math.min(...far)).toBeGreaterThanOrEqual(16);
  });

  it('is null for a picture of one colour', async () => {
    const blank = sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } });
    expect(await perceptualHash(await blank.png().toBuffer())).toBeNull();
  });

  it('has 64 bits', () => {
    expect(hashDistance('0000000000000000', 'ffffffffffffffff')).toBe(64);
    expect(hashDistance('8000000000000001', '8000000000000000')).toBe(1);
  });
});
