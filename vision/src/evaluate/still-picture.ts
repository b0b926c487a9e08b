import sharp from 'sharp';
import type { PlanarPicture } from '../detect/prepare.ts';
import type { RgbPicture } from './conditions.ts';
import { LabelError } from './label-error.ts';
import { rgbToI420 } from './rgb-to-i420.ts';

/** Larger pictures are refused before they are decoded. */
const MOST_PIXELS = 50_000_000;

/**
 * Looks at the heads of picture files, which takes a millisecond each.
 *
 * @throws LabelError that names the first file that is no picture. A picture that is cut off shows only
 *   when it is decoded.
 */
export async function checkStillPictures(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      await sharp(file, { limitInputPixels: MOST_PIXELS }).metadata();
    } catch (error) {
      throw unreadable(file, error);
    }
  }
}

/**
 * Decodes a picture file to the format of camera frames, rotated by its EXIF orientation.
 *
 * @param alter changes the decoded picture, without moving anything in it.
 * @throws LabelError that names the file where it is empty, corrupt, truncated or too large.
 */
export async function readStillPicture(
  file: string,
  alter?: (picture: RgbPicture) => Promise<RgbPicture>,
): Promise<PlanarPicture> {
  const rgb = await decoded(file);
  const { data, width, height } = alter ? await alter(rgb) : rgb;
  return { width, height, pixels: rgbToI420(data, width, height) };
}

async function decoded(file: string): Promise<RgbPicture> {
  try {
    const { data, info } = await sharp(file, { failOn: 'error', limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#727272' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown) =>
  new LabelError(
    `${file}: is not a picture that can be read: ${(error as Error).message.split('\n')[0]}`,
  );
