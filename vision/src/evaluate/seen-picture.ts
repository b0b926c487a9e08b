import type { Box } from '@anshi/contracts';
import type { Detection } from '../frame.ts';
import type { LabelledBox } from './labelled-set.ts';

/** A labelled picture and what the detector drew in it; all boxes in pixels of the picture. */
export interface SeenPicture {
  readonly id: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly labels: readonly LabelledBox[];
  /** All boxes down to the lowest score, as average precision wants them. */
  readonly found: readonly Detection[];
  /** The people who got a close look. */
  readonly looked: readonly Box[];
}

/** The score from which a class counts, as the card of the model says. */
export type TrustOf = (label: string) => number;

/** The boxes of one class. */
export function ofLabel<T extends { readonly label: string }>(
  boxes: readonly T[],
  label: string,
): T[] {
  return boxes.filter((one) => one.label === label);
}

/** What the detector drew of one class with a score that counts. */
export function trusted(picture: SeenPicture, label: string, trust: TrustOf): Detection[] {
  return picture.found.filter((one) => one.label === label && one.score >= trust(label));
}
