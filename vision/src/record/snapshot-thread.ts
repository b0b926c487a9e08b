import sharp from 'sharp';
import { serveThread } from './helper-thread.ts';
import { i420ToRgb } from './i420.ts';
import type { RawPicture } from './snapshots.ts';

sharp.concurrency(1);
sharp.cache(false);

serveThread(async ({ pixels, width, height }: RawPicture) => {
  const rgb = i420ToRgb(new Uint8Array(pixels), width, height);
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
  return new Uint8Array(jpeg);
});
