import type { Box } from '@anshi/contracts';
import { matchFound, precisionAndRecall, type ScoredBox } from './matching.ts';

/** Precision and recall of a class at one score threshold. */
export interface ThresholdRow {
  readonly trust: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** 0.05 to 0.95: a few hundred pictures resolve no finer steps. */
const TRUSTS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * Precision and recall of one class over the score threshold, to choose the `trust` of a card. The
 * boxes come from the card as it is: its `trust` for people influences who gets a crop, and below
 * its `keep` there are no detections.
 *
 * @param pictures detections and labels, in the same pixels.
 * @param atIou the least IoU of a hit, above 0 to 1.
 */
export function thresholdTable(
  pictures: readonly { readonly found: readonly ScoredBox[]; readonly truths: readonly Box[] }[],
  atIou: number,
): ThresholdRow[] {
  // The best score matches first, so a match does not depend on lower scores.
  const drawn = pictures.flatMap(({ found, truths }) => {
    const taken = matchFound(found, truths, atIou);
    return found.map(({ score }, i) => ({ score, hit: taken[i] !== null }));
  });
  const labelled = pictures.reduce((sum, { truths }) => sum + truths.length, 0);
  return TRUSTS.map((trust) => {
    const counted = drawn.filter(({ score }) => score >= trust);
    const right = counted.filter(({ hit }) => hit).length;
    return { trust, ...precisionAndRecall({ found: counted.length, right, labelled }) };
  });
}
