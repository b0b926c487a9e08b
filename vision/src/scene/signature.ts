/** The luma plane of a picture: limited range, BT.709. */
export interface LumaPlane {
  readonly width: number;
  readonly height: number;
  /** At least width * height bytes of luma first, line after line. */
  readonly pixels: ArrayBufferLike;
}

/** Cells across and down; a cell is 20 x 20 px of a picture of 1280 x 720. */
export const CELLS_X = 64;
export const CELLS_Y = 36;
/** Regions across and down: what is compared with the background by itself. */
export const REGIONS_X = 8;
export const REGIONS_Y = 6;
export const REGIONS = REGIONS_X * REGIONS_Y;
const CELLS = CELLS_X * CELLS_Y;
const PER_CELL = 2;
/** Above this luma a point is not black: 5 % over the black of limited range. */
const BRIGHT = 36;
/** Offset of the fine gradient, pixels. */
const FINE = 2;

/**
 * What is kept of one picture: about 2,300 cell means and 4,600 points with their gradients, some 120,000
 * reads of a picture of any size.
 */
export interface Signature {
  /** Mean luma of each cell. */
  readonly cells: Float32Array;
  /** Luma of single pixels, two in each cell. */
  readonly points: Uint8Array;
  /** Of each region, the sum of differences over 2 px and over about a hundredth of the width. */
  readonly fine: Float32Array;
  readonly coarse: Float32Array;
  /** Share of points that are not black. */
  readonly bright: number;
}

/** Reads the signature of a picture. Nothing of the picture is kept or copied. */
export function signatureOf({ width, height, pixels }: LumaPlane): Signature {
  const luma = new Uint8Array(pixels, 0, width * height);
  const cells = new Float32Array(CELLS);
  const points = new Uint8Array(CELLS * PER_CELL);
  const fine = new Float32Array(REGIONS);
  const coarse = new Float32Array(REGIONS);
  const far = Math.max(6, Math.round(width / 100));
  const reach = far + 1;
  let bright = 0;
  /** Of 2 x 2 pixels: noise of single pixels is no edge. */
  const mean = (at: number): number =>
    luma[at]! + luma[at + 1]! + luma[at + width]! + luma[at + width + 1]!;
  for (let cy = 0; cy < CELLS_Y; cy++) {
    const top = Math.floor((cy * height) / CELLS_Y);
    const tall = Math.max(1, Math.floor(((cy + 1) * height) / CELLS_Y) - top);
    const regionRow = Math.floor((cy * REGIONS_Y) / CELLS_Y) * REGIONS_X;
    for (let cx = 0; cx < CELLS_X; cx++) {
      const left = Math.floor((cx * width) / CELLS_X);
      const wide = Math.max(1, Math.floor(((cx + 1) * width) / CELLS_X) - left);
      const cell = cy * CELLS_X + cx;
      let sum = 0;
      for (let n = 0; n < 9; n++) {
        const y = top + Math.floor((Math.floor(n / 3) + 0.5) * (tall / 3));
        const x = left + Math.floor(((n % 3) + 0.5) * (wide / 3));
        sum += luma[Math.min(height - 1, y) * width + Math.min(width - 1, x)]!;
      }
      cells[cell] = sum / 9;
      const region = regionRow + Math.floor((cx * REGIONS_X) / CELLS_X);
      for (let n = 0; n < PER_CELL; n++) {
        // Not on one line: a grid of the scene would fall between.
        const x = Math.min(width - reach - 1, left + Math.floor((wide * (n === 0 ? 1 : 3)) / 4));
        const y = Math.min(height - reach - 1, top + Math.floor((tall * (n === 0 ? 3 : 1)) / 4));
        const at = y * width + x;
        const value = luma[at]!;
        points[cell * PER_CELL + n] = value;
        if (value > BRIGHT) bright++;
        const here = mean(at);
        fine[region]! +=
          Math.abs(mean(at + FINE) - here) + Math.abs(mean(at + FINE * width) - here);
        coarse[region]! +=
          Math.abs(mean(at + far) - here) + Math.abs(mean(at + far * width) - here);
      }
    }
  }
  return { cells, points, fine, coarse, bright: bright / points.length };
}

/** A point has changed by more than this: below are the errors of an encoder. */
const CHANGED = 3;

/** Share of points that differ between two pictures. */
export function changedShare(a: Signature, b: Signature): number {
  let changed = 0;
  for (let n = 0; n < a.points.length; n++) {
    if (Math.abs(a.points[n]! - b.points[n]!) > CHANGED) changed++;
  }
  return changed / a.points.length;
}

/** How the cells of a region of two pictures agree. */
export interface Agreement {
  /** Standard deviations of the luma of the cells. */
  readonly before: number;
  readonly now: number;
  /** Correlation of the cells, -1 to 1: a change of light or contrast does not move it. */
  readonly correlation: number;
}

/** Compares a region of a picture with the background. */
export function agreement(
  background: Float32Array,
  cells: Float32Array,
  region: number,
): Agreement {
  const wide = CELLS_X / REGIONS_X;
  const tall = CELLS_Y / REGIONS_Y;
  const left = (region % REGIONS_X) * wide;
  const top = Math.floor(region / REGIONS_X) * tall;
  const count = wide * tall;
  let sumA = 0;
  let sumB = 0;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  for (let y = top; y < top + tall; y++) {
    for (let x = left; x < left + wide; x++) {
      const a = background[y * CELLS_X + x]!;
      const b = cells[y * CELLS_X + x]!;
      sumA += a;
      sumB += b;
      squareA += a * a;
      squareB += b * b;
      product += a * b;
    }
  }
  const varianceA = Math.max(0, squareA / count - (sumA / count) ** 2);
  const varianceB = Math.max(0, squareB / count - (sumB / count) ** 2);
  const covariance = product / count - (sumA / count) * (sumB / count);
  const scale = Math.sqrt(varianceA * varianceB);
  return {
    before: Math.sqrt(varianceA),
    now: Math.sqrt(varianceB),
    correlation: scale < 1e-6 ? 0 : covariance / scale,
  };
}
