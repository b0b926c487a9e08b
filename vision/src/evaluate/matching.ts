import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';

/** A box with the detector's score for it. */
export interface ScoredBox {
  readonly score: number;
  readonly box: Box;
}

/**
 * Matches the boxes that were drawn in one picture with the labelled ones of the same class: the
 * best score chooses first, and takes the labelled box that it overlaps most and that is still free.
 *
 * @param found pixels of the picture, in any order.
 * @param truths in the same pixels.
 * @param atIou the least overlap of a match.
 * @returns for each drawn box the index of its labelled box, or null.
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

/** Indices, best score first; equal scores by their boxes, so that the order of input says nothing. */
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

/** How many boxes were drawn, were right, and are labelled. */
export interface Counts {
  readonly found: number;
  readonly right: number;
  readonly labelled: number;
}

/** The share of drawn boxes that are right, and of labelled ones that were found; null of nothing. */
export function precisionAndRecall({ found, right, labelled }: Counts): {
  precision: number | null;
  recall: number | null;
} {
  return {
    precision: found === 0 ? null : right / found,
    recall: labelled === 0 ? null : right / labelled,
  };
}
