import type { Detection } from '../frame.ts';
import type { PpeCard } from './model-card.ts';
import type { Placement } from './prepare.ts';
import { YoloxGridHead } from './yolox-grid.ts';

/** Reads the raw output of one kind of detector. */
export interface DecodeHead {
  /**
   * @param output the tensor's numbers.
   * @param width of the input tensor, pixels; the output has to fit it.
   * @param height of the input tensor, pixels.
   * @param placement where the input tensor's pixels lie in the picture.
   * @returns boxes in picture pixels, at or above the `keep` threshold of their class, not yet
   *   rid of doubles.
   * @throws Error where the output has not the size that the card promises.
   */
  decode(output: Float32Array, width: number, height: number, placement: Placement): Detection[];
}

/**
 * The reader for a card's output.
 *
 * @param scoreFloor in place of the `keep` thresholds of the card.
 */
export function decodeHeadFor(card: PpeCard, scoreFloor?: number): DecodeHead {
  const keep = card.classes.map((name) => scoreFloor ?? card.thresholds[name]!.keep);
  switch (card.output.head) {
    case 'yolox-grid':
      return new YoloxGridHead(card.classes, keep, card.output.strides);
  }
}
