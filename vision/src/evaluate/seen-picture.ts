import type { Box } from '@anshi/contracts';
import type { Detection, PersonAnswers, PersonContrast } from '../frame.ts';
import type { LabelledBox } from './labelled-set.ts';

/** A labelled picture and its detections; all boxes in picture pixels. */
export interface SeenPicture {
  readonly id: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly labels: readonly LabelledBox[];
  /** All detections down to the score floor, for average precision. */
  readonly found: readonly Detection[];
  /** The people who got a crop. */
  readonly cropped: readonly Box[];
  readonly contrasts?: readonly PersonContrast[] | undefined;
  /** What the model's classifier said of them. */
  readonly answers?: readonly PersonAnswers[] | undefined;
}

/** The score threshold of a class, from the model's card. */
export type TrustOf = (label: string) => number;

/** The boxes of one class. */
export function ofLabel<T extends { readonly label: string }>(
  boxes: readonly T[],
  label: string,
): T[] {
  return boxes.filter((one) => one.label === label);
}

/** The detections of one class above its threshold. */
export function trusted(picture: SeenPicture, label: string, trust: TrustOf): Detection[] {
  return picture.found.filter((one) => one.label === label && one.score >= trust(label));
}
