import type { Box } from '@anshi/contracts';
import sharp from 'sharp';

/** A part of a picture, in whole pixels of it. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Factor of the box's size that is shown, for context. */
const CONTEXT = 2.2;
/** Least height of a crop: smaller ones show only blocks. */
const LEAST_HEIGHT = 120;
/** Aspect ratio of a crop where the picture allows it. */
const SHAPE = 4 / 3;
/** Width of the shown crop, pixels. */
const SHOWN = 400;

/** The surroundings of a box, inside the picture. */
export function cropAround(box: Box, width: number, height: number): Crop {
  const tall = Math.max(
    LEAST_HEIGHT,
    CONTEXT * (box[3] - box[1]),
    (CONTEXT * (box[2] - box[0])) / SHAPE,
  );
  const wide = Math.min(width, Math.round(tall * SHAPE));
  const high = Math.min(height, Math.round(tall));
  const within = (middle: number, size: number, limit: number) =>
    Math.max(0, Math.min(limit - size, Math.round(middle - size / 2)));
  return {
    left: within((box[0] + box[2]) / 2, wide, width),
    top: within((box[1] + box[3]) / 2, high, height),
    width: wide,
    height: high,
  };
}

/** The crop as a JPEG in a data URI, at most as wide as shown. */
export async function cropAsUri(file: string, crop: Crop): Promise<string> {
  const bytes = await sharp(file)
    .autoOrient()
    .extract(crop)
    .flatten({ background: '#727272' })
    .resize({ width: SHOWN, kernel: 'lanczos3' })
    .jpeg({ quality: 72, mozjpeg: true })
    .toBuffer();
  return `data:image/jpeg;base64,${bytes.toString('base64')}`;
}
