import type { Detection } from '../frame.ts';
import {
  type DecodeHead,
  expectNumbers,
  type OutputTensor,
  type ReadClass,
  shapeText,
  type TensorSize,
  toPicture,
} from './head-parts.ts';
import type { Placement } from './prepare.ts';

/**
 * The output of YOLOv8 and YOLO11 detectors: 1 x (4 + classes) x boxes, that is one row of all cx,
 * one of all cy, of all widths, of all heights (tensor pixels), then one of probabilities for each
 * class. There is no objectness.
 */
export class YoloColumnsHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];

  constructor(classes: readonly ReadClass[]) {
    this.#classes = classes;
  }

  decode([first]: readonly OutputTensor[], _size: TensorSize, placement: Placement): Detection[] {
    const lines = 4 + this.#classes.length;
    const expected = `1 x ${lines} x boxes`;
    const output = expectNumbers(first, expected);
    const { dims } = first!;
    if (dims.length !== 3 || dims[1] !== lines) {
      throw new Error(`the model gave ${shapeText(dims)}, its card declares ${expected}`);
    }
    const boxes = dims[2]!;
    const found: Detection[] = [];
    for (let c = 0; c < this.#classes.length; c++) {
      const { label, keep } = this.#classes[c]!;
      if (label === null) continue;
      // In memory order: most boxes are skipped by this one comparison.
      const from = (4 + c) * boxes;
      for (let i = 0; i < boxes; i++) {
        const score = output[from + i]!;
        if (!(score >= keep)) continue;
        const box = toPicture(
          output[i]!,
          output[boxes + i]!,
          output[2 * boxes + i]! / 2,
          output[3 * boxes + i]! / 2,
          placement,
        );
        if (box) found.push({ label, score: Math.min(1, score), box });
      }
    }
    return found;
  }
}
