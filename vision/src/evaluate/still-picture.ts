import sharp from 'sharp';
import type { PlanarPicture } from '../detect/prepare.ts';
import { LabelError } from './label-error.ts';
import { rgbToI420 } from './rgb-to-i420.ts';

/** Larger pictures are refused, not read into memory. */
const MOST_PIXELS = 50_000_000;

/**
 * Reads a picture file into the form in which the frames of a camera come, turned as its EXIF says.
 *
 * @throws LabelError that names the file where it is empty, broken, cut off or too large.
 */
export async function readStillPicture(file: string): Promise<PlanarPicture> {
  try {
    const { data, info } = await sharp(file, { failOn: 'error', limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#727272' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      pixels: rgbToI420(data, info.width, info.height),
    };
  } catch (error) {
    throw new LabelError(
      `${file}: is not a picture that can be read: ${(error as Error).message.split('\n')[0]}`,
    );
  }
}
