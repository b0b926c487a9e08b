import type { Box } from '@anshi/contracts';
import type { PlanarPicture } from '../detect/prepare.ts';

/**
 * Patches to a side of a region: it is seen that there is a face, and not whose. Around eyes, nose and mouth they are
 * large. Towards the edge they are smaller, so that the outline of the head and the edge of a helmet stay.
 */
export const PATCHES = { core: 4, rim: 8 } as const;
/** Colours are kept in steps, so that means of many pictures give no detail back. */
const LUMA_STEP = 16;
const CHROMA_STEP = 8;
/** A coarse picture has one value for a square of so many pixels: a small face has patches of a few pixels. */
const SQUARE = 2;

/** Colours line by line: Y, U and V of each patch. */
export type Patches = readonly (readonly [number, number, number])[];

/** The colours of a region, in large and in smaller patches. */
export type FacePatches = { readonly [size in keyof typeof PATCHES]: Patches };

/** A picture of which only means of squares are left. */
export interface CoarsePicture {
  /** In squares. */
  readonly width: number;
  readonly height: number;
  /** Of the picture, pixels. */
  readonly of: { readonly width: number; readonly height: number };
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** @param picture I420, as `Frame`. */
export function coarse({ width, height, pixels }: PlanarPicture): CoarsePicture {
  const bytes = new Uint8Array(pixels);
  const [columns, lines] = [Math.ceil(width / SQUARE), Math.ceil(height / SQUARE)];
  const [chromaWidth, chromaHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  const luma = width * height;
  const plane = (from: number, w: number, h: number, side: number) =>
    squares(bytes.subarray(from, from + w * h), w, h, side, columns, lines);
  return {
    width: columns,
    height: lines,
    of: { width, height },
    y: plane(0, width, height, SQUARE),
    u: plane(luma, chromaWidth, chromaHeight, SQUARE / 2),
    v: plane(luma + chromaWidth * chromaHeight, chromaWidth, chromaHeight, SQUARE / 2),
  };
}

function squares(
  plane: Uint8Array,
  width: number,
  height: number,
  side: number,
  columns: number,
  lines: number,
): Uint8Array {
  const sums = new Uint32Array(columns * lines);
  const counts = new Uint32Array(columns * lines);
  for (let y = 0; y < height; y++) {
    const line = Math.min(lines - 1, Math.floor(y / side)) * columns;
    for (let x = 0; x < width; x++) {
      const at = line + Math.min(columns - 1, Math.floor(x / side));
      sums[at]! += plane[y * width + x]!;
      counts[at]!++;
    }
  }
  return Uint8Array.from(sums, (sum, at) => sum / Math.max(1, counts[at]!));
}

/**
 * The colours of a region: means of its patches, in steps. They hold no more of a face than these.
 *
 * @param box pixels of the picture.
 */
export const patchesOf = (picture: CoarsePicture, box: Box): FacePatches => ({
  core: meansOf(picture, box, PATCHES.core),
  rim: meansOf(picture, box, PATCHES.rim),
});

function meansOf(picture: CoarsePicture, [left, top, right, bottom]: Box, side: number): Patches {
  return Array.from({ length: side * side }, (_, i) => {
    const [column, line] = [i % side, Math.floor(i / side)];
    const x = (n: number) => left + ((right - left) * n) / side;
    const y = (n: number) => top + ((bottom - top) * n) / side;
    const cell: Box = [x(column), y(line), x(column + 1), y(line + 1)];
    const mean = (plane: Uint8Array) => meanOf(picture, plane, cell);
    return [
      inSteps(mean(picture.y), LUMA_STEP),
      inSteps(mean(picture.u), CHROMA_STEP),
      inSteps(mean(picture.v), CHROMA_STEP),
    ] as const;
  });
}

function meanOf({ width, height }: CoarsePicture, plane: Uint8Array, cell: Box): number {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const left = within(Math.floor(cell[0] / SQUARE), width - 1);
  const top = within(Math.floor(cell[1] / SQUARE), height - 1);
  const right = within(Math.ceil(cell[2] / SQUARE), width);
  const bottom = within(Math.ceil(cell[3] / SQUARE), height);
  let [sum, count] = [0, 0];
  for (let y = top; y < Math.max(top + 1, bottom); y++) {
    for (let x = left; x < Math.max(left + 1, right); x++) {
      sum += plane[y * width + x]!;
      count++;
    }
  }
  return sum / count;
}

const inSteps = (value: number, step: number) => Math.min(240, Math.round(value / step) * step);
