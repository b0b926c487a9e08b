import type { Box } from '@anshi/contracts';
import { type FacePatches, PATCHES, type Patches } from './patches.ts';

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

/** Exponent of the rounded shape of a region: 2 would be an ellipse, and the larger, the more of the box. */
const ROUNDNESS = 2.5;
/** Up to this distance from the middle the large patches are painted, and from the second on the smaller ones. */
const CORE_ENDS = 0.6;
const RIM_BEGINS = 0.75;

/**
 * Whether a point is painted with a region: it lies in the rounded shape that fills the box. Of a head above a rectangle a
 * detector says nothing, and its helmet could not be judged.
 */
export const isPainted = (box: Box, x: number, y: number): boolean => distanceIn(box, x, y) < 1;

/** Distance from the middle of a box: 1 at the edge of the rounded shape. */
function distanceIn([left, top, right, bottom]: Box, x: number, y: number): number {
  const across = Math.abs((2 * x - left - right) / (right - left));
  const down = Math.abs((2 * y - top - bottom) / (bottom - top));
  return across ** ROUNDNESS + down ** ROUNDNESS;
}

/**
 * Paints a region with its patches; nothing of what was there is left.
 *
 * @param box pixels of the canvas.
 */
export function paintPatches(canvas: Canvas, box: Box, patches: FacePatches): void {
  const [left, top, right, bottom] = inCanvas(canvas, box);
  if (right <= left || bottom <= top) return;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (!isPainted(box, x + 0.5, y + 0.5)) continue;
      const at = y * canvas.width + x;
      canvas.y[at] = colourAt(patches, 0, box, x + 0.5, y + 0.5);
      if (canvas.alpha) canvas.alpha[at] = 255;
    }
  }
  const chromaWidth = (canvas.width + 1) >> 1;
  for (let y = top >> 1; y < (bottom + 1) >> 1; y++) {
    for (let x = left >> 1; x < (right + 1) >> 1; x++) {
      const [column, row] = [2 * x + 1, 2 * y + 1];
      if (!isPainted(box, column, row)) continue;
      const at = y * chromaWidth + x;
      canvas.u[at] = colourAt(patches, 1, box, column, row);
      canvas.v[at] = colourAt(patches, 2, box, column, row);
    }
  }
}

/** The colour of a place in a region: the large patches in the middle go over into the smaller ones. */
function colourAt(
  { core, rim }: FacePatches,
  plane: 0 | 1 | 2,
  box: Box,
  x: number,
  y: number,
): number {
  const distance = distanceIn(box, x, y) ** (1 / ROUNDNESS);
  const share = Math.min(1, Math.max(0, (distance - CORE_ENDS) / (RIM_BEGINS - CORE_ENDS)));
  const [left, top, right, bottom] = box;
  const [across, down] = [(x - left) / (right - left), (y - top) / (bottom - top)];
  const inner = share < 1 ? blended(core, PATCHES.core, plane, across, down) : 0;
  const outer = share > 0 ? blended(rim, PATCHES.rim, plane, across, down) : 0;
  return inner + share * (outer - inner);
}

/** Bilinear mean of the four patches around a place, which is given in shares of the box. */
function blended(
  patches: Patches,
  side: number,
  plane: 0 | 1 | 2,
  across: number,
  down: number,
): number {
  const within = (place: number) => Math.min(side - 1, Math.max(0, place));
  const [column, row] = [within(across * side - 0.5), within(down * side - 0.5)];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const along = (line: number) => {
    const a = patches[line * side + left]![plane];
    return a + (column - left) * (patches[line * side + within(left + 1)]![plane] - a);
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
