import type { Detection } from '../frame.ts';
import {
  type DecodeHead,
  expectNumbers,
  lowestKeep,
  type OutputTensor,
  type ReadClass,
  type TensorSize,
  toPicture,
} from './head-parts.ts';
import type { Placement } from './prepare.ts';

/**
 * The raw output of YOLOX (Ge et al. 2021, arXiv 2107.08430): one row for each grid cell of each
 * stride, fine to coarse, row-major, with cx, cy (in cells from the cell's corner), log w, log h
 * (in cells), objectness and one probability a class. A score is objectness times class.
 *
 * A cell may have several classes above threshold: helmet and head of one person are resolved
 * later, with all the evidence.
 */
export class YoloxGridHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];
  readonly #lowestKeep: number;
  readonly #strides: readonly number[];

  constructor(classes: readonly ReadClass[], strides: readonly number[]) {
    this.#classes = classes;
    this.#lowestKeep = lowestKeep(classes);
    this.#strides = strides;
  }

  decode(
    [first]: readonly OutputTensor[],
    { width, height }: TensorSize,
    placement: Placement,
  ): Detection[] {
    const columns = 5 + this.#classes.length;
    const cells = this.#strides.reduce((sum, s) => sum + (width / s) * (height / s), 0);
    const output = expectNumbers(first, `${cells} cells of ${columns}`);
    if (output.length !== cells * columns) {
      throw new Error(
        `the model gave ${output.length} numbers, its card declares ${cells} cells of ${columns}`,
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
            const { label, keep } = this.#classes[c]!;
            const score = objectness * output[at + 5 + c]!;
            if (!(score >= keep) || label === null) continue;
            const box = toPicture(
              (output[at]! + column) * stride,
              (output[at + 1]! + row) * stride,
              (Math.exp(output[at + 2]!) * stride) / 2,
              (Math.exp(output[at + 3]!) * stride) / 2,
              placement,
            );
            if (box) found.push({ label, score: Math.min(1, score), box });
          }
        }
      }
    }
    return found;
  }
}
