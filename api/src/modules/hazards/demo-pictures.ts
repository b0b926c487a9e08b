import { join } from 'node:path';
import sharp from 'sharp';

/** A part of a rendered view of the demonstration's hall, in its pixels; the height is two thirds of the width. */
export interface DemoView {
  view: 'hall-east' | 'hall-west' | 'aisle';
  left: number;
  top: number;
  width: number;
}

const FOLDER = join(import.meta.dirname, 'demo-pictures');
/** Size of the views and of the pictures, pixels. */
const VIEW = { width: 1280, height: 720 };
const PICTURE = { width: 960, height: 640 };

/** What a phone draws round the place that is meant. */
const MARK = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE.width}" height="${PICTURE.height}"><ellipse cx="480" cy="330" rx="210" ry="150" fill="none" stroke="#e02424" stroke-width="12"/></svg>`;

/**
 * A picture of the demonstration, with its EXIF time, as from a phone. After the rectification it is taken from
 * further away and a step to the side, without the mark.
 */
export function drawDemoPicture(
  { view, ...part }: DemoView,
  takenAt: Date,
  { mended = false }: { mended?: boolean } = {},
): Promise<Buffer> {
  const utc = takenAt.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const picture = sharp(join(FOLDER, `${view}.jpg`))
    .extract(mended ? stepBack(part) : withHeight(part))
    .resize(PICTURE);
  return (mended ? picture : picture.composite([{ input: Buffer.from(MARK) }]))
    .withExif({ IFD2: { DateTimeOriginal: utc, OffsetTimeOriginal: '+00:00' } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

const heightOf = (width: number) => Math.round((width * PICTURE.height) / PICTURE.width);
const withHeight = (part: { left: number; top: number; width: number }) => ({
  ...part,
  height: heightOf(part.width),
});

/** A larger part about the same place, moved to the side, within the view. */
function stepBack({ left, top, width }: { left: number; top: number; width: number }) {
  const wider = Math.min(Math.round(1.4 * width), heightOf(VIEW.height) * 2);
  const size = { width: wider, height: heightOf(wider) };
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(0, value), most));
  return {
    left: within(left - 0.35 * width, VIEW.width - size.width),
    top: within(top - 0.1 * width, VIEW.height - size.height),
    ...size,
  };
}
