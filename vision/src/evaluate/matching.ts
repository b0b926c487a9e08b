import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';

/** A box with its detection score. */
export interface ScoredBox {
  readonly score: number;
  readonly box: Box;
}

/**
 * Matches detections in one picture with labelled boxes of the same class: the best score first,
 * each to the free labelled box of the highest IoU.
 *
 * @param found picture pixels, in any order.
 * @param truths in the same pixels.
 * @param atIou the least IoU of a match.
 * @returns for each detection the index of its labelled box, or null.
 */
export function matchFound(
  found: readonly ScoredBox[],
  truths: readonly Box[],
  atIou: number,
): (number | null)[] {
  const taken: (number | null)[] = found.map(() => null);
  const free = new Set(truths.keys());
  for (const i of bestFirst(found)) {
    let best: number | null = null;
    let bestOverlap = atIou;
    for (const j of free) {
      const overlap = iou(found[i]!.box, truths[j]!);
      if (overlap > bestOverlap || (overlap === bestOverlap && best === null && overlap > 0)) {
        best = j;
        bestOverlap = overlap;
      }
    }
    if (best === null) continue;
    free.delete(best);
    taken[i] = best;
  }
  return taken;
}

/**
 * Indices, best score first; equal scores ordered by box, so that the input order does not matter.
 */
function bestFirst(found: readonly ScoredBox[]): number[] {
  return [...found.keys()].sort((a, b) => {
    const [first, second] = [found[a]!, found[b]!];
    if (first.score !== second.score) return second.score - first.score;
    for (let k = 0; k < 4; k++) {
      const difference = first.box[k as 0]! - second.box[k as 0]!;
      if (difference !== 0) return difference;
    }
    return a - b;
  });
}

/** Number of detections, of correct ones, and of labels. */
export interface Counts {
  readonly found: number;
  readonly right: number;
  readonly labelled: number;
}

/** Precision and recall; null where the denominator is 0. */
export function precisionAndRecall({ found, right, labelled }: Counts): {
  precision: number | null;
  recall: number | null;
} {
  return {
    precision: found === 0 ? null : right / found,
    recall: labelled === 0 ? null : right / labelled,
  };
}
