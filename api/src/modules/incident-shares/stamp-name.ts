import { createRequire } from 'node:module';
import sharp from 'sharp';
import { FONT } from '../../platform/documents/font.ts';

/** Of the height of the picture. */
const TEXT_SHARE = 0.04;
const LEAST_TEXT_PX = 14;
/** Faint enough to see what is below, and there in each part of the picture. */
const OPACITY = 0.45;
const QUALITY = 85;
/** Markup of the text that is drawn. */
const escaped = (text: string) =>
  text.replace(/[&<>]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one);

/**
 * Draws a text over a picture, again and again, so that no part of it is without: who looked at a picture that was
 * passed on stands in it.
 *
 * @param jpeg a picture that sharp reads.
 * @returns a JPEG of the same size.
 */
export async function stampName(jpeg: Buffer, text: string): Promise<Buffer> {
  const picture = sharp(jpeg);
  const { height = 0, width = 0 } = await picture.metadata();
  const px = Math.max(LEAST_TEXT_PX, Math.round(height * TEXT_SHARE));
  const label = await sharp({
    text: {
      text: `<span foreground="white" background="black">${escaped(text)}</span>`,
      fontfile: createRequire(import.meta.url).resolve(FONT),
      font: 'Noto Sans SC',
      height: px,
      width: Math.max(1, width - 2),
      rgba: true,
    },
  })
    .extend({
      top: px,
      bottom: px,
      left: px,
      right: px,
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    })
    .composite([
      {
        input: Buffer.from([0, 0, 0, Math.round(255 * OPACITY)]),
        raw: { width: 1, height: 1, channels: 4 },
        tile: true,
        blend: 'dest-in',
      },
    ])
    .png()
    .toBuffer({ resolveWithObject: true });
  const input = await sharp(label.data)
    .resize({
      width: Math.min(label.info.width, width),
      height: Math.min(label.info.height, height),
      fit: 'inside',
    })
    .png()
    .toBuffer();
  return picture
    .composite([{ input, tile: true }])
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
