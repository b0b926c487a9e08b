import type { Box } from '@anshi/contracts';
import { matchFound, type ScoredBox } from './matching.ts';

/** Boxes that a detector found or that a person labelled, by picture. */
export type ByPicture<T> = ReadonlyMap<string, readonly T[]>;

/** One detected box with its picture. */
interface Placed extends ScoredBox {
  readonly hit: boolean;
  readonly picture: string;
}

/** The ten thresholds that COCO averages over: 0.50, 0.55 … 0.95. */
export const COCO_IOUS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);

/**
 * Average precision of one class: the area under precision over recall, where the precision at a
 * recall is the maximum at this or a higher recall. All-point interpolation (Everingham et al.
 * 2015, "The PASCAL Visual Object Classes Challenge: A Retrospective", section 3.5.1 as of 2010),
 * not eleven or 101 points. A detection is matched to the labelled box of the highest IoU that no
 * better detection took.
 *
 * @param found detections with all scores, in any order.
 * @param truths labelled boxes, in the same pixels.
 * @param atIou the least IoU of a hit, above 0 to 1.
 * @returns 0 to 1, or null where nothing is labelled.
 */
export function averagePrecision(
  found: ByPicture<ScoredBox>,
  truths: ByPicture<Box>,
  atIou: number,
): number | null {
  let total = 0;
  for (const boxes of truths.values()) total += boxes.length;
  if (total === 0) return null;
  const placed: Placed[] = [];
  for (const [picture, drawn] of found) {
    const taken = matchFound(drawn, truths.get(picture) ?? [], atIou);
    drawn.forEach((box, i) => {
      placed.push({ ...box, picture, hit: taken[i] !== null });
    });
  }
  // Among equal scores a miss comes first, so that the figure does not depend on the order of
  // pictures.
  placed.sort((a, b) => b.score - a.score || Number(a.hit) - Number(b.hit));
  const precisions: number[] = [];
  let hits = 0;
  placed.forEach(({ hit }, i) => {
    if (!hit) return;
    hits++;
    precisions.push(hits / (i + 1));
  });
  let area = 0;
  let best = 0;
  for (let i = precisions.length - 1; i >= 0; i--) {
    best = Math.max(best, precisions[i]!);
    area += best;
  }
  return area / total;
}

/** The mean of the numbers; null where there are none. */
export function mean(values: Iterable<number | null>): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}
