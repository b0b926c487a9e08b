import type { Box } from '@anshi/contracts';
import type { Detection } from '../frame.ts';
import type { Placement } from './prepare.ts';

/** One output of a model, of any numeric type. */
export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array | Int32Array;
  readonly dims: readonly number[];
}

/** Size of the input tensor, pixels. */
export interface TensorSize {
  readonly width: number;
  readonly height: number;
}

/** A class of the model: its label, and the lowest score that is kept. */
export interface ReadClass {
  /** Null for an unused class. */
  readonly label: string | null;
  readonly keep: number;
}

/** Decodes the raw output of one kind of detector. */
export interface DecodeHead {
  /**
   * @param outputs in the order of `outputsOf` for the card.
   * @param size of the input tensor; the output has to match it.
   * @param placement the transformation from tensor to picture pixels.
   * @returns boxes in picture pixels, at or above the `keep` threshold of their class, before
   *   non-maximum suppression.
   * @throws Error where the output does not have the shape that the card declares.
   */
  decode(outputs: readonly OutputTensor[], size: TensorSize, placement: Placement): Detection[];
}

/** Larger than any tensor: larger or non-finite boxes are invalid. */
const LARGEST = 1e5;

/**
 * Converts a box from tensor to picture pixels.
 *
 * @param cx centre, tensor pixels, like the others.
 * @returns undefined for invalid values (NaN, or beyond any size).
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

/** The lowest `keep` threshold of all classes, to skip most rows early. */
export function lowestKeep(classes: readonly ReadClass[]): number {
  return Math.min(...classes.map(({ keep }) => keep));
}

/** @throws Error where an output has another type or is missing, with the expected shape. */
export function expectNumbers(output: OutputTensor | undefined, expected: string): Float32Array {
  if (output?.data instanceof Float32Array) return output.data;
  throw new Error(
    output
      ? `the output has numbers of another type than float32, the card declares ${expected}`
      : `an output is missing, the card declares ${expected}`,
  );
}

/** A shape for messages. */
export const shapeText = (dims: readonly (number | string)[]) => dims.join(' x ');
