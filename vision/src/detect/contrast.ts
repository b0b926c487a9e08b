import type { Box } from '@anshi/contracts';
import type { PlanarPicture } from './prepare.ts';

/** Samples across and down the upper body. */
const GRID = 24;
/** Pixels of a sample that are read, across and down. */
const READ = 6;
/** The upper body: from this far above the box to this far down, shares of its height. */
const ABOVE = 0.05;
const DOWN = 0.45;
/** Shares of the samples that are darker than the lower and the upper end of the range. */
const DARK = 0.05;
const BRIGHT = 0.95;

/** How clearly a person stands out, in steps of luma (limited range, 0 to 219). */
export interface Contrast {
  /** From the 5th to the 95th percentile of the upper body. */
  readonly range: number;
  /** Noise of the sensor: a median of what differs from a plane in 3 x 3 pixels (Immerkaer 1996). */
  readonly noise: number;
}

/** What a card asks of the contrast of a person. */
export interface LeastContrast {
  readonly range: number;
  /** Least range as a multiple of the noise. */
  readonly overNoise: number;
}

/** The contrast of a person's upper body. Some 20,000 reads at most; nothing is copied. */
export function upperBodyContrast({ width, height, pixels }: PlanarPicture, box: Box): Contrast {
  const luma = new Uint8Array(pixels, 0, width * height);
  const tall = box[3] - box[1];
  const top = box[1] - ABOVE * tall;
  const columns = edges(box[0], box[2], width);
  const lines = edges(top, top + (ABOVE + DOWN) * tall, height);
  const means: number[] = [];
  const noise: number[] = [];
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const [left, right] = columns[column]!;
      const [upper, lower] = lines[row]!;
      means.push(meanOf(luma, width, { left, right, upper, lower }));
      if (left === 0 || upper === 0 || left >= width - 1 || upper >= height - 1) continue;
      noise.push(offPlane(luma, width, upper * width + left));
    }
  }
  means.sort((a, b) => a - b);
  noise.sort((a, b) => a - b);
  const range = means[Math.floor(BRIGHT * means.length)]! - means[Math.floor(DARK * means.length)]!;
  return { range, noise: noise[noise.length >> 1] ?? 0 };
}

/** Whether a report that an item is missing can be believed at this contrast. */
export const isLegible = ({ range, noise }: Contrast, least: LeastContrast): boolean =>
  range >= least.range && range >= least.overNoise * noise;

/** Divides a side of the box into samples of at least one pixel that lie in the picture. */
function edges(from: number, to: number, limit: number): (readonly [number, number])[] {
  return Array.from({ length: GRID }, (_, n) => {
    const first = Math.floor(from + (n * (to - from)) / GRID);
    const begin = Math.max(0, Math.min(limit - 1, first));
    const end = Math.floor(from + ((n + 1) * (to - from)) / GRID);
    return [begin, Math.max(begin + 1, Math.min(limit, end))] as const;
  });
}

function meanOf(
  luma: Uint8Array,
  width: number,
  at: { left: number; right: number; upper: number; lower: number },
): number {
  const { left, right, upper, lower } = at;
  const stepX = Math.max(1, Math.floor((right - left) / READ));
  const stepY = Math.max(1, Math.floor((lower - upper) / READ));
  let sum = 0;
  let count = 0;
  for (let y = upper; y < lower; y += stepY) {
    for (let x = left; x < right; x += stepX) {
      sum += luma[y * width + x]!;
      count++;
    }
  }
  return sum / count;
}

/** The response of Immerkaer's operator, which planes and straight edges do not move. */
function offPlane(luma: Uint8Array, width: number, at: number): number {
  const [up, down] = [at - width, at + width];
  const sides = luma[at - 1]! + luma[at + 1]! + luma[up]! + luma[down]!;
  const corners = luma[up - 1]! + luma[up + 1]! + luma[down - 1]! + luma[down + 1]!;
  return Math.abs(4 * luma[at]! - 2 * sides + corners) / 6;
}
