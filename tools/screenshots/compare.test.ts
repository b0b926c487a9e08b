import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compare, markDifference, REDUCTION, reduce } from './compare.ts';

/** A page of 640 x 480 with a heading, a row of tabs and lines of text. */
function page(change: { background?: string; tabs?: string; shift?: number; text?: string } = {}) {
  const { background = '#fff', tabs = '#067', shift = 0, text = 'of the hall' } = change;
  const lines = Array.from(
    { length: 8 },
    (_, n) => `<text x="20" y="${160 + n * 36 + shift}" font-size="20">Row ${n} ${text}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" font-family="sans-serif"><rect width="640" height="480" fill="${background}"/><text x="20" y="50" font-size="30">Hazards</text><rect x="20" y="80" width="400" height="36" fill="${tabs}"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer().then(reduce);
}

describe('the comparison of pictures', () => {
  it('keeps a quarter of the width and height, in few bytes', async () => {
    const kept = await page();
    const { width, height, format } = await sharp(kept).metadata();
    expect([width, height, format]).toEqual([640 / REDUCTION, 480 / REDUCTION, 'webp']);
    expect(kept.length).toBeLessThan(6_000);
  });

  it('finds no difference in the same page, nor in a movement by one pixel', async () => {
    const kept = await page();
    expect(await compare(kept, await page())).toMatchObject({
      differing: 0,
      isSame: true,
      box: null,
    });
    expect(await compare(kept, await page({ shift: 1 }))).toMatchObject({ isSame: true });
  });

  it('finds another background, a missing row of tabs and a shift, and says where', async () => {
    const kept = await page();
    expect((await compare(kept, await page({ background: '#112' }))).differing).toBeGreaterThan(
      200,
    );
    const cut = await compare(kept, await page({ tabs: '#fff' }));
    expect(cut.isSame).toBe(false);
    expect(cut.box).toMatchObject({ left: 0, top: 64, height: 64 });
    expect(await compare(kept, await page({ shift: 20 }))).toMatchObject({ isSame: false });
    expect(await compare(kept, await page({ text: '' }))).toMatchObject({ isSame: false });
  });

  it('finds a picture of another size', async () => {
    const kept = await page();
    const longer = await sharp(kept).extend({ bottom: 16, background: '#fff' }).webp().toBuffer();
    const found = await compare(kept, longer);
    expect(found).toMatchObject({ differing: found.columns * 2, isSame: false });
    expect(found.box).toMatchObject({ top: 480, height: 64 });
  });

  it('marks in red what differs', async () => {
    const [kept, cut] = [await page(), await page({ tabs: '#fff' })];
    const marked = await markDifference(cut, await compare(kept, cut));
    const { data } = await sharp(marked)
      .extract({ left: 40, top: 24, width: 1, height: 1 })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan((data[1] ?? 0) + 60);
  });
});
