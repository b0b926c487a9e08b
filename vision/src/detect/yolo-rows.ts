import type { Detection } from '../frame.ts';
import {
  type DecodeHead,
  expectNumbers,
  lowestKeep,
  type OutputTensor,
  type ReadClass,
  shapeText,
  type TensorSize,
  toPicture,
} from './head-parts.ts';
import type { Placement } from './prepare.ts';

/**
 * YOLOX as exported with its boxes decoded: 1 x boxes x (5 + classes), rows of cx, cy, width, height
 * in pixels of the tensor, objectness and one probability a class. A score is objectness times class.
 */
export class YoloRowsHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];
  readonly #lowestKeep: number;

  constructor(classes: readonly ReadClass[]) {
    this.#classes = classes;
    this.#lowestKeep = lowestKeep(classes);
  }

  decode([first]: readonly OutputTensor[], _size: TensorSize, placement: Placement): Detection[] {
    const columns = 5 + this.#classes.length;
    const expected = `1 x boxes x ${columns}`;
    const output = expectNumbers(first, expected);
    const { dims } = first!;
    if (dims.length !== 3 || dims[2] !== columns) {
      throw new Error(`the model gave ${shapeText(dims)}, its card declares ${expected}`);
    }
    const found: Detection[] = [];
    for (let at = 0; at + columns <= output.length; at += columns) {
      const objectness = output[at + 4]!;
      if (!(objectness >= this.#lowestKeep)) continue;
      for (let c = 0; c < this.#classes.length; c++) {
        const { label, keep } = this.#classes[c]!;
        const score = objectness * output[at + 5 + c]!;
        if (!(score >= keep) || label === null) continue;
        const box = toPicture(
          output[at]!,
          output[at + 1]!,
          output[at + 2]! / 2,
          output[at + 3]! / 2,
          placement,
        );
        if (box) found.push({ label, score: Math.min(1, score), box });
      }
    }
    return found;
  }
}
