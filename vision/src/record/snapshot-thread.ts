import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { i420ToRgb } from './i420.ts';
import type { SnapshotAnswer, SnapshotRequest } from './snapshots.ts';

sharp.concurrency(1);
sharp.cache(false);

parentPort?.on('message', async ({ id, pixels, width, height }: SnapshotRequest) => {
  let answer: SnapshotAnswer;
  try {
    const rgb = i420ToRgb(new Uint8Array(pixels), width, height);
    const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 88, mozjpeg: false })
      .toBuffer();
    answer = { id, jpeg: new Uint8Array(jpeg) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
