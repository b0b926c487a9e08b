import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { i420ToRgb } from '../record/i420.ts';
import { LabelError } from './label-error.ts';
import { rgbToI420 } from './rgb-to-i420.ts';
import { checkStillPictures, readStillPicture } from './still-picture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-still-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('rgbToI420', () => {
  it('is reversible, except for chroma subsampling', () => {
    const colours = [
      [0, 0, 0],
      [255, 255, 255],
      [200, 30, 40],
      [20, 180, 60],
      [114, 114, 114],
      [250, 200, 10],
    ];
    for (const colour of colours) {
      const [width, height] = [5, 3];
      const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!);
      const back = i420ToRgb(new Uint8Array(rgbToI420(rgb, width, height)), width, height);
      expect(back).toHaveLength(rgb.length);
      back.forEach((value, i) => {
        expect(Math.abs(value - rgb[i]!)).toBeLessThanOrEqual(3);
      });
    }
  });
});

describe('readStillPicture', () => {
  it('rotates a picture by its EXIF orientation', async () => {
    const file = join(folder, 'turned.jpg');
    await sharp({ create: { width: 40, height: 24, channels: 3, background: '#808080' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(file);
    const { width, height, pixels } = await readStillPicture(file);
    expect([width, height]).toEqual([24, 40]);
    expect(pixels.byteLength).toBe(24 * 40 * 1.5);
  });

  it('reads grey and transparent pictures', async () => {
    const file = join(folder, 'grey.png');
    const pixels = Buffer.alloc(16 * 16, 200);
    await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
      .png()
      .toFile(file);
    const grey = await readStillPicture(file);
    expect(i420ToRgb(new Uint8Array(grey.pixels), 16, 16)[0]).toBeGreaterThan(196);
    const clear = { width: 16, height: 16, channels: 4 as const, background: '#ff000000' };
    await sharp({ create: clear }).png().toFile(file);
    const flat = i420ToRgb(new Uint8Array((await readStillPicture(file)).pixels), 16, 16);
    for (const value of flat.slice(0, 3)) expect(Math.abs(value - 114)).toBeLessThanOrEqual(3);
  });

  it('names an empty, corrupt or truncated file', async () => {
    const whole = await sharp({
      create: { width: 200, height: 200, channels: 3, background: '#4080c0' },
    })
      .jpeg()
      .toBuffer();
    for (const [name, bytes] of [
      ['empty.jpg', Buffer.alloc(0)],
      ['text.jpg', Buffer.from('no picture at all')],
      ['cut.jpg', whole.subarray(0, whole.length - 200)],
    ] as const) {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      const refusal = expect(readStillPicture(file)).rejects;
      await refusal.toThrow(`${file}: is not a picture that can be read`);
      await expect(readStillPicture(file)).rejects.toBeInstanceOf(LabelError);
    }
    const cut = join(folder, 'cut.jpg');
    const text = join(folder, 'text.jpg');
    await checkStillPictures([cut]);
    await expect(checkStillPictures([cut, text])).rejects.toThrow(`${text}: is not a picture`);
  });
});
