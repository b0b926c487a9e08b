import type { Box } from '@anshi/contracts';
import type { Detection } from '../frame.ts';
import type { Placement } from './prepare.ts';

/** One output of a model, numbers of whatever type. */
export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array | Int32Array;
  readonly dims: readonly number[];
}

/** Size of the input tensor, pixels. */
export interface TensorSize {
  readonly width: number;
  readonly height: number;
}

/** A class of the model: what it is called here, and the least score that is kept. */
export interface ReadClass {
  /** Null for a class that nobody reads. */
  readonly label: string | null;
  readonly keep: number;
}

/** Reads the raw output of one kind of detector. */
export interface DecodeHead {
  /**
   * @param outputs in the order that `outputsOf` gives for the card.
   * @param size of the input tensor; the output has to fit it.
   * @param placement where the input tensor's pixels lie in the picture.
   * @returns boxes in picture pixels, at or above the `keep` threshold of their class, not yet
   *   rid of doubles.
   * @throws Error where the output has not the shape that the card promises.
   */
  decode(outputs: readonly OutputTensor[], size: TensorSize, placement: Placement): Detection[];
}

/** No tensor is as large as this; a box that is, or is not a number, is none. */
const LARGEST = 1e5;

/**
 * A box of the tensor in pixels of the picture.
 *
 * @param cx middle, pixels of the tensor, like the others.
 * @returns undefined where weights that went wrong say NaN or give the size of a galaxy.
 */
export function toPicture(
  cx: number,
  cy: number,
  halfWidth: number,
  halfHeight: number,
  { scaleX, scaleY, left, top }: Placement,
): Box | undefined {
  if (!(Math.max(Math.abs(cx), Math.abs(cy), halfWidth, halfHeight) < LARGEST)) return undefined;
  return [
    (cx - halfWidth) / scaleX + left,
    (cy - halfHeight) / scaleY + top,
    (cx + halfWidth) / scaleX + left,
    (cy + halfHeight) / scaleY + top,
  ];
}

/** The lowest score that any class keeps: what is below is passed over at once. */
export function lowestKeep(classes: readonly ReadClass[]): number {
  return Math.min(...classes.map(({ keep }) => keep));
}

/** @throws Error where the numbers of an output are not what the head expects, with its shape. */
export function expectNumbers(output: OutputTensor | undefined, expected: string): Float32Array {
  if (output?.data instanceof Float32Array) return output.data;
  throw new Error(
    output
      ? `the output has numbers of another type than float32, the card promises ${expected}`
      : `an output is missing, the card promises ${expected}`,
  );
}

/** A shape as people write it. */
export const shapeText = (dims: readonly (number | string)[]) => dims.join(' x ');
