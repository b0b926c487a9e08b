import type { Box } from '@anshi/contracts';
import { matchFound, precisionAndRecall, type ScoredBox } from './matching.ts';

/** What a class counts and misses where its boxes count from this score on. */
export interface ThresholdRow {
  readonly trust: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** 0.05 to 0.95: finer than a few hundred pictures can tell apart. */
const TRUSTS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * Precision and recall of one class over the score from which a box counts, to choose `trust` of a
 * card by. The boxes are those drawn with the card as it is: its `trust` of people has a say in who
 * gets a close look, and below its `keep` the product draws nothing.
 *
 * @param pictures what was drawn and what is labelled, in the same pixels.
 * @param atIou the least overlap of a hit, above 0 to 1.
 */
export function thresholdTable(
  pictures: readonly { readonly found: readonly ScoredBox[]; readonly truths: readonly Box[] }[],
  atIou: number,
): ThresholdRow[] {
  // The best score chooses first, so what a box takes does not hang on the boxes below it.
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
