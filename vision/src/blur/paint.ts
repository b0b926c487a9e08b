import type { Box } from '@anshi/contracts';
import { PATCHES, type Patches } from './patches.ts';

/** Planes of a picture to paint on: Y, U, V, and an opacity where it lies over another. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly alpha: Uint8Array | null;
}

/** Planes of a picture in memory, one after the other as in I420 or yuva420p. */
export function canvasOn(
  bytes: Uint8Array,
  width: number,
  height: number,
  hasAlpha: boolean,
): Canvas {
  const luma = width * height;
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const at = luma + 2 * chroma;
  return {
    width,
    height,
    y: bytes.subarray(0, luma),
    u: bytes.subarray(luma, luma + chroma),
    v: bytes.subarray(luma + chroma, at),
    alpha: hasAlpha ? bytes.subarray(at, at + luma) : null,
  };
}

/** Bytes of a picture with opacity. */
export const bytesWithAlpha = (width: number, height: number): number =>
  2 * width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1);

/**
 * Paints a region with its patches; nothing of what was there is left.
 *
 * @param box pixels of the canvas; every pixel that it touches is painted.
 */
export function paintPatches(canvas: Canvas, box: Box, patches: Patches): void {
  const [left, top, right, bottom] = inCanvas(canvas, box);
  if (right <= left || bottom <= top) return;
  const column = (x: number) => cellOf(x, box[0], box[2]);
  const line = (y: number) => cellOf(y, box[1], box[3]) * PATCHES;
  for (let y = top; y < bottom; y++) {
    const row = line(y);
    for (let x = left; x < right; x++) {
      const at = y * canvas.width + x;
      canvas.y[at] = patches[row + column(x)]![0];
      if (canvas.alpha) canvas.alpha[at] = 255;
    }
  }
  const chromaWidth = (canvas.width + 1) >> 1;
  for (let y = top >> 1; y < (bottom + 1) >> 1; y++) {
    const row = line(2 * y);
    for (let x = left >> 1; x < (right + 1) >> 1; x++) {
      const patch = patches[row + column(2 * x)]!;
      const at = y * chromaWidth + x;
      canvas.u[at] = patch[1];
      canvas.v[at] = patch[2];
    }
  }
}

/** Whole pixels, within the canvas. */
export function inCanvas(size: { width: number; height: number }, box: Box): Box {
  const x = (value: number) => Math.min(size.width, Math.max(0, value));
  const y = (value: number) => Math.min(size.height, Math.max(0, value));
  return [x(Math.floor(box[0])), y(Math.floor(box[1])), x(Math.ceil(box[2])), y(Math.ceil(box[3]))];
}

function cellOf(at: number, from: number, to: number): number {
  const share = (at + 0.5 - from) / (to - from);
  return Math.min(PATCHES - 1, Math.max(0, Math.floor(share * PATCHES)));
}
