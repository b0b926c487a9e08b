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

/*
 * RT-DETR (Zhao et al. 2023, arXiv 2304.08069) in the three forms in which it is exported. Class
 * scores of a query are independent (sigmoid), so that one query may give several boxes.
 */

/** Logits 1 x queries x classes, and boxes 1 x queries x 4: cx, cy, width, height, 0 to 1. */
export class RtdetrHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];
  /**
   * The logit of each class's lowest kept score: most queries are skipped without an exponential.
   */
  readonly #least: readonly number[];

  constructor(classes: readonly ReadClass[]) {
    this.#classes = classes;
    this.#least = classes.map(({ keep }) => Math.log(keep / (1 - keep)));
  }

  decode(
    [first, second]: readonly OutputTensor[],
    size: TensorSize,
    placement: Placement,
  ): Detection[] {
    const count = this.#classes.length;
    const logits = expectNumbers(first, `logits of 1 x queries x ${count}`);
    const boxes = expectNumbers(second, 'boxes of 1 x queries x 4');
    expectShape(first!, 'logits', count);
    expectShape(second!, 'boxes', 4, first!.dims[1]);
    const found: Detection[] = [];
    for (let q = 0; q < first!.dims[1]!; q++) {
      for (let c = 0; c < count; c++) {
        const logit = logits[q * count + c]!;
        const { label } = this.#classes[c]!;
        if (!(logit >= this.#least[c]!) || label === null) continue;
        const box = shareToPicture(boxes, 4 * q, size, placement);
        if (box) found.push({ label, score: 1 / (1 + Math.exp(-logit)), box });
      }
    }
    return found;
  }
}

/** One output of 1 x queries x (4 + classes): boxes as above, then probabilities. */
export class RtdetrRowsHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];

  constructor(classes: readonly ReadClass[]) {
    this.#classes = classes;
  }

  decode([first]: readonly OutputTensor[], size: TensorSize, placement: Placement): Detection[] {
    const columns = 4 + this.#classes.length;
    const output = expectNumbers(first, `1 x queries x ${columns}`);
    expectShape(first!, 'output', columns);
    const found: Detection[] = [];
    for (let at = 0; at + columns <= output.length; at += columns) {
      for (let c = 0; c < this.#classes.length; c++) {
        const score = output[at + 4 + c]!;
        const { label, keep } = this.#classes[c]!;
        if (!(score >= keep) || label === null) continue;
        const box = shareToPicture(output, at, size, placement);
        if (box) found.push({ label, score: Math.min(1, score), box });
      }
    }
    return found;
  }
}

/**
 * Exported with its post-processing: labels 1 x queries (integers), boxes 1 x queries x 4 (left,
 * top, right, bottom in pixels of the size input, here the tensor's), and scores 1 x queries.
 */
export class RtdetrFinalHead implements DecodeHead {
  readonly #classes: readonly ReadClass[];

  constructor(classes: readonly ReadClass[]) {
    this.#classes = classes;
  }

  decode(
    [first, second, third]: readonly OutputTensor[],
    _size: TensorSize,
    placement: Placement,
  ): Detection[] {
    const boxes = expectNumbers(second, 'boxes of 1 x queries x 4');
    const scores = expectNumbers(third, 'scores of 1 x queries');
    expectShape(second!, 'boxes', 4);
    const queries = second!.dims[1]!;
    if (!first || first.data.length !== queries || scores.length !== queries) {
      throw new Error(
        `the model gave ${first?.data.length ?? 0} labels and ${scores.length} scores for ${queries} boxes`,
      );
    }
    const found: Detection[] = [];
    for (let q = 0; q < queries; q++) {
      const score = scores[q]!;
      const one = this.#classes[Number(first.data[q])];
      if (!one || one.label === null || !(score >= one.keep)) continue;
      const [left, top, right, bottom] = boxes.subarray(4 * q, 4 * q + 4) as unknown as Edges;
      const box = toPicture(
        (left + right) / 2,
        (top + bottom) / 2,
        (right - left) / 2,
        (bottom - top) / 2,
        placement,
      );
      if (box) found.push({ label: one.label, score: Math.min(1, score), box });
    }
    return found;
  }
}

type Edges = [number, number, number, number];

function shareToPicture(
  boxes: Float32Array,
  at: number,
  { width, height }: TensorSize,
  placement: Placement,
) {
  return toPicture(
    boxes[at]! * width,
    boxes[at + 1]! * height,
    (boxes[at + 2]! * width) / 2,
    (boxes[at + 3]! * height) / 2,
    placement,
  );
}

function expectShape(
  { dims }: OutputTensor,
  what: string,
  columns: number,
  queries?: number,
): void {
  const fits = dims.length === 3 && dims[2] === columns && (queries ?? dims[1]) === dims[1];
  if (fits) return;
  const expected = `1 x ${queries ?? 'queries'} x ${columns}`;
  throw new Error(`the model gave ${what} of ${shapeText(dims)}, its card declares ${expected}`);
}
