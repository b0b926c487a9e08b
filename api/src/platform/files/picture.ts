import sharp, { type Sharp } from 'sharp';
import { Problem } from '../http/errors.ts';
import { readExif } from './exif.ts';
import { createLimiter } from './limiter.ts';
import { perceptualHash } from './perceptual-hash.ts';
import type { StoredFile } from './types.ts';

/**
 * The largest picture, pixels: the best phones have 50 million, and a decoded pixel takes 3 bytes.
 */
const MOST_PIXELS = 80_000_000;
const SHOWN_SIDE = 4096;
const PREVIEW_SIDE = 1280;

/** Derived versions of a picture. */
export interface Picture extends Pick<StoredFile, 'takenAt' | 'takenWhere' | 'perceptualHash'> {
  /** Size of the upright original. */
  width: number;
  height: number;
  /** A re-encoded JPEG: without metadata and without appended data. */
  shown: Buffer;
  preview: Buffer;
}

// libvips runs in its thread pool; each task holds a whole picture in memory.
const oneOfTwo = createLimiter(2);

/**
 * Inspects a picture and makes the shown version.
 *
 * @param zone time zone of a time without an offset.
 * @throws Problem `file.picture`
 */
export function readPicture(path: string, zone: string): Promise<Picture> {
  return oneOfTwo(async () => {
    const { autoOrient, exif, width, height } = await describe(path);
    if (width * height > MOST_PIXELS) {
      throw new Problem(
        'file.picture',
        `The picture has ${Math.round((width * height) / 1e6)} million pixels; at most ${MOST_PIXELS / 1e6} million are taken. Send it smaller.`,
      );
    }
    try {
      const shown = await jpeg(decode(path), SHOWN_SIDE, 88);
      const preview = await jpeg(sharp(shown), PREVIEW_SIDE, 80);
      const data = exif ? readExif(exif, zone) : { takenAt: null, takenWhere: null };
      return {
        ...data,
        perceptualHash: await perceptualHash(preview),
        width: autoOrient.width,
        height: autoOrient.height,
        shown,
        preview,
      };
    } catch (error) {
      throw broken(error);
    }
  });
}

/** Reads the header only, so a picture that is too large takes no memory. */
async function describe(path: string) {
  try {
    const data = await sharp(path, { limitInputPixels: false }).metadata();
    if (!data.width || !data.height) throw new Error('no size');
    return data;
  } catch (error) {
    throw broken(error);
  }
}

/** Truncated or corrupt pictures fail; minor deviations of a camera do not. */
const decode = (path: string) =>
  sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error', animated: false }).autoOrient();

function jpeg(picture: Sharp, side: number, quality: number): Promise<Buffer> {
  return (
    picture
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      // Wide-gamut colours are converted to sRGB, since the profile is removed too.
      .toColourspace('srgb')
      .jpeg({ quality, mozjpeg: false })
      .toBuffer()
  );
}

function broken(error: unknown): Problem {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new Problem(
    'file.picture',
    `The picture is broken or was cut off (${why}). Take or send it again.`,
  );
}

/** The preview of a video from one of its frames. */
export const framePreview = (frame: Buffer): Promise<Buffer> =>
  oneOfTwo(() => jpeg(sharp(frame, { limitInputPixels: MOST_PIXELS }), PREVIEW_SIDE, 80));
