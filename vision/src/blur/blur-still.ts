import { readFile, writeFile } from 'node:fs/promises';
import type { Box } from '@anshi/contracts';
import sharp from 'sharp';
import type { PlanarPicture } from '../detect/prepare.ts';
import { rgbToI420 } from '../evaluate/rgb-to-i420.ts';
import { i420ToRgb } from '../record/i420.ts';
import type { StillSource } from './blur-messages.ts';
import { facesIn, type SeenBox } from './faces.ts';
import { canvasOn, paintPatches } from './paint.ts';
import { coarse, patchesOf } from './patches.ts';
import type { PeopleFinder } from './people-finder.ts';

const MOST_PIXELS = 50_000_000;
/** Around a face in a picture that stands alone, as a share of its size. */
const MARGIN = 0.02;
const UNSURE = 0.1;

/** A picture in which faces were painted over. */
export interface BlurredPicture {
  readonly picture: PlanarPicture;
  /** Boxes whose rounded shapes were painted, picture pixels. */
  readonly painted: readonly Box[];
}

/**
 * Paints over every face of a picture, in place.
 *
 * @param recorded what the worker drew in it, picture pixels.
 */
export async function blurPicture(
  picture: PlanarPicture,
  recorded: readonly SeenBox[],
  finder: Pick<PeopleFinder, 'find'>,
): Promise<BlurredPicture> {
  const { boxes, poses } = await finder.find(picture, 'still');
  const faces = [
    ...facesIn({ boxes, poses }, 'still'),
    ...facesIn({ boxes: recorded, poses: [] }, 'still'),
  ];
  const small = coarse(picture);
  const canvas = canvasOn(new Uint8Array(picture.pixels), picture.width, picture.height, false);
  const painted = faces.map(({ box, sure }) => {
    const by = (MARGIN + (sure ? 0 : UNSURE)) * Math.max(box[2] - box[0], box[3] - box[1]);
    return [box[0] - by, box[1] - 0.3 * by, box[2] + by, box[3] + by] as Box;
  });
  for (const box of painted) paintPatches(canvas, box, patchesOf(small, box));
  return { picture, painted };
}

/**
 * Makes the rendition of a snapshot.
 *
 * @returns how many regions were painted.
 * @throws Error where it is no picture.
 */
export async function blurStill(
  still: { readonly input: string; readonly output: string; readonly boxes: readonly SeenBox[] },
  finder: Pick<PeopleFinder, 'find'>,
): Promise<{ heads: number }> {
  const encoded = await readFile(still.input);
  const { heads, jpeg } = await blurredJpeg({ encoded }, still.boxes, finder);
  await writeFile(still.output, jpeg);
  return { heads };
}

/**
 * Blurs a picture as a snapshot of evidence is blurred.
 *
 * @param boxes what was drawn in it, picture pixels.
 * @throws Error where it is no picture.
 */
export async function blurredJpeg(
  source: StillSource,
  boxes: readonly SeenBox[],
  finder: Pick<PeopleFinder, 'find'>,
): Promise<{ heads: number; jpeg: Uint8Array }> {
  const { picture, painted } = await blurPicture(await planar(source), boxes, finder);
  const { width, height } = picture;
  const rgb = i420ToRgb(new Uint8Array(picture.pixels), width, height);
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { heads: painted.length, jpeg };
}

async function planar(source: StillSource): Promise<PlanarPicture> {
  if ('pixels' in source) {
    const pixels = new SharedArrayBuffer(source.pixels.byteLength);
    new Uint8Array(pixels).set(new Uint8Array(source.pixels));
    return { width: source.width, height: source.height, pixels };
  }
  const { data, info } = await sharp(source.encoded, { limitInputPixels: MOST_PIXELS })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, pixels: rgbToI420(data, width, height) };
}
