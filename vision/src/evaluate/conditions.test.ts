import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CONDITIONS, inCondition, type RgbPicture } from './conditions.ts';

/** Checks in orange and blue. */
function checks(width = 160, height = 96, size = 8): RgbPicture {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const odd = (Math.floor(x / size) + Math.floor(y / size)) % 2 === 1;
      data.set(odd ? [230, 120, 30] : [40, 60, 150], 3 * (y * width + x));
    }
  }
  return { data, width, height };
}

const meanOf = ({ data }: RgbPicture) => data.reduce((sum, value) => sum + value, 0) / data.length;

/** Mean difference of neighbouring pixels of a row. */
function contrast({ data }: RgbPicture) {
  let sum = 0;
  for (let at = 3; at < data.length; at += 3) sum += Math.abs(data[at]! - data[at - 3]!);
  return sum / data.length;
}

/** The greatest difference of neighbouring pixels. */
function steepest({ data, width, height }: RgbPicture, way: 'along' | 'down') {
  let most = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = 3 * (y * width + x);
      most = Math.max(most, Math.abs(data[at]! - data[at - 3 * (way === 'along' ? 1 : width)]!));
    }
  }
  return most;
}

describe('bad conditions of a picture', () => {
  it.each(CONDITIONS)(
    '%s keeps the size, changes the picture, and the same way each time',
    async (condition) => {
      const picture = checks();
      const before = Buffer.from(picture.data);
      const once = await inCondition(picture, condition, 'a');
      expect(once).toMatchObject({ width: picture.width, height: picture.height });
      expect(once.data).toHaveLength(picture.data.length);
      expect(once.data.equals(picture.data)).toBe(false);
      expect((await inCondition(picture, condition, 'a')).data.equals(once.data)).toBe(true);
      expect(picture.data.equals(before)).toBe(true);
    },
  );

  it('night is dark and noisy, with other noise in another picture', async () => {
    const picture = checks();
    const dark = await inCondition(picture, 'night', 'a');
    expect(meanOf(dark)).toBeLessThan(0.7 * meanOf(picture));
    const other = await inCondition(picture, 'night', 'b');
    expect(other.data.equals(dark.data)).toBe(false);
  });

  it('haze and backlight take contrast', async () => {
    const picture = checks();
    const hazy = await inCondition(picture, 'haze', 'a');
    expect(contrast(hazy)).toBeLessThan(0.5 * contrast(picture));
    const lit = await inCondition(picture, 'backlight', 'a');
    expect(contrast(lit)).toBeLessThan(0.7 * contrast(picture));
  });

  it('motion smears edges along the rows alone, defocus all edges', async () => {
    const picture = checks(640, 96, 32);
    const moved = await inCondition(picture, 'motion', 'a');
    expect(steepest(moved, 'along')).toBeLessThan(0.2 * steepest(picture, 'along'));
    expect(steepest(moved, 'down')).toBe(steepest(picture, 'down'));
    const soft = await inCondition(picture, 'defocus', 'a');
    for (const way of ['along', 'down'] as const) {
      expect(steepest(soft, way)).toBeLessThan(0.5 * steepest(picture, way));
    }
  });

  it('rain puts drops on the lens, with clear picture between them', async () => {
    const picture = checks(640, 360);
    const wet = await inCondition(picture, 'rain', 'a');
    const veiled = (value: number) => Math.floor(value * 0.85 + 255 * 0.06);
    const clear = wet.data.filter((value, at) => Math.abs(value - veiled(picture.data[at]!)) <= 1);
    expect(clear.length / wet.data.length).toBeGreaterThan(0.7);
    expect(clear.length / wet.data.length).toBeLessThan(0.99);
  });

  it('compressed fits into a fortieth of its planes', async () => {
    const picture = checks(640, 360);
    const small = await inCondition(picture, 'compressed', 'a');
    const raw = { raw: { width: 640, height: 360, channels: 3 as const } };
    const sizeOf = async ({ data }: RgbPicture) =>
      (await sharp(data, raw).jpeg({ quality: 95 }).toBuffer()).length;
    expect(await sizeOf(small)).toBeLessThan(await sizeOf(picture));
  });
});
