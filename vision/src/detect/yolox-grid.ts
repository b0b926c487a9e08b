import type { Detection } from '../frame.ts';
import type { DecodeHead } from './decode-head.ts';
import type { Placement } from './prepare.ts';

/** No tensor is as large as this; a box that is, or is not a number, is none. */
const LARGEST = 1e5;

/**
 * The raw output of YOLOX (Ge et al. 2021, arXiv 2107.08430): one row for each grid cell of each
 * stride, fine to coarse, row-major, with cx, cy (in cells from the cell's corner), log w, log h
 * (in cells), objectness and one probability a class. A score is objectness times class.
 *
 * A cell may answer for several classes: helmet and head of one person compete later, with all the
 * evidence, and not here.
 */
export class YoloxGridHead implements DecodeHead {
  readonly #classes: readonly string[];
  readonly #keep: readonly number[];
  readonly #lowestKeep: number;
  readonly #strides: readonly number[];

  constructor(classes: readonly string[], keep: readonly number[], strides: readonly number[]) {
    this.#classes = classes;
    this.#keep = keep;
    this.#lowestKeep = Math.min(...keep);
    this.#strides = strides;
  }

  decode(output: Float32Array, width: number, height: number, placement: Placement): Detection[] {
    const columns = 5 + this.#classes.length;
    const cells = this.#strides.reduce((sum, s) => sum + (width / s) * (height / s), 0);
    if (output.length !== cells * columns) {
      throw new Error(
        `the model gave ${output.length} numbers, its card promises ${cells} cells of ${columns}`,
      );
    }
    const found: Detection[] = [];
    let at = 0;
    for (const stride of this.#strides) {
      const across = width / stride;
      const down = height / stride;
      for (let row = 0; row < down; row++) {
        for (let column = 0; column < across; column++, at += columns) {
          const objectness = output[at + 4]!;
          if (!(objectness >= this.#lowestKeep)) continue;
          for (let c = 0; c < this.#classes.length; c++) {
            const score = objectness * output[at + 5 + c]!;
            if (!(score >= this.#keep[c]!)) continue;
            const cx = (output[at]! + column) * stride;
            const cy = (output[at + 1]! + row) * stride;
            const halfWidth = (Math.exp(output[at + 2]!) * stride) / 2;
            const halfHeight = (Math.exp(output[at + 3]!) * stride) / 2;
            // Weights that went wrong say NaN or give the logarithm of a galaxy.
            if (!(Math.max(Math.abs(cx), Math.abs(cy), halfWidth, halfHeight) < LARGEST)) continue;
            const { scale, left, top } = placement;
            found.push({
              label: this.#classes[c]!,
              score: Math.min(1, score),
              box: [
                (cx - halfWidth) / scale + left,
                (cy - halfHeight) / scale + top,
                (cx + halfWidth) / scale + left,
                (cy + halfHeight) / scale + top,
              ],
            });
          }
        }
      }
    }
    return found;
  }
}
