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
 * `ellipse`: what lies in the ellipse that fills the box, as a face does, with colours that go over into each other. Of a
 * head above a checkered rectangle a detector says nothing, and its helmet could not be judged. `box`: all of the box, where it
 * is less sure where in it the face is.
 */
export type Shape = 'box' | 'ellipse';

/** Whether a point is painted with a region. */
export function isPainted([left, top, right, bottom]: Box, shape: Shape, x: number, y: number) {
  const across = Math.abs((2 * x - left - right) / (right - left));
  const down = Math.abs((2 * y - top - bottom) / (bottom - top));
  return shape === 'box' ? across < 1 && down < 1 : across * across + down * down < 1;
}

/**
 * Paints a region with its patches; nothing of what was there is left.
 *
 * @param box pixels of the canvas; as a box every pixel that it touches is painted.
 */
export function paintPatches(
  canvas: Canvas,
  box: Box,
  patches: Patches,
  shape: Shape = 'box',
): void {
  const [left, top, right, bottom] = inCanvas(canvas, box);
  if (right <= left || bottom <= top) return;
  const isOut = (x: number, y: number) => shape === 'ellipse' && !isPainted(box, shape, x, y);
  const colour = shape === 'ellipse' ? blended : nearest;
  for (let y = top; y < bottom; y++) {
    const row = placeOf(y, box[1], box[3]);
    for (let x = left; x < right; x++) {
      if (isOut(x + 0.5, y + 0.5)) continue;
      const at = y * canvas.width + x;
      canvas.y[at] = colour(patches, 0, placeOf(x, box[0], box[2]), row);
      if (canvas.alpha) canvas.alpha[at] = 255;
    }
  }
  const chromaWidth = (canvas.width + 1) >> 1;
  for (let y = top >> 1; y < (bottom + 1) >> 1; y++) {
    const row = placeOf(2 * y, box[1], box[3]);
    for (let x = left >> 1; x < (right + 1) >> 1; x++) {
      if (isOut(2 * x + 1, 2 * y + 1)) continue;
      const column = placeOf(2 * x, box[0], box[2]);
      const at = y * chromaWidth + x;
      canvas.u[at] = colour(patches, 1, column, row);
      canvas.v[at] = colour(patches, 2, column, row);
    }
  }
}

/** A place in a region, in patches from its edge. */
const placeOf = (at: number, from: number, to: number): number =>
  ((at + 0.5 - from) / (to - from)) * PATCHES;
const within = (place: number): number => Math.min(PATCHES - 1, Math.max(0, place));

function nearest(patches: Patches, plane: 0 | 1 | 2, x: number, y: number): number {
  return patches[within(Math.floor(y)) * PATCHES + within(Math.floor(x))]![plane];
}

/** Bilinear mean of the four patches around a place. */
function blended(patches: Patches, plane: 0 | 1 | 2, x: number, y: number): number {
  const [column, row] = [within(x - 0.5), within(y - 0.5)];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const along = (line: number) => {
    const a = patches[line * PATCHES + left]![plane];
    return a + (column - left) * (patches[line * PATCHES + within(left + 1)]![plane] - a);
  };
  const above = along(top);
  return above + (row - top) * (along(within(top + 1)) - above);
}

/** Whole pixels, within the canvas. */
export function inCanvas(size: { width: number; height: number }, box: Box): Box {
  const x = (value: number) => Math.min(size.width, Math.max(0, value));
  const y = (value: number) => Math.min(size.height, Math.max(0, value));
  return [x(Math.floor(box[0])), y(Math.floor(box[1])), x(Math.ceil(box[2])), y(Math.ceil(box[3]))];
}
