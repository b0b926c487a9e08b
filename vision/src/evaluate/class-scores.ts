import type { Box } from '@anshi/contracts';
import { averagePrecision, COCO_IOUS, mean } from './average-precision.ts';
import { matchFound, precisionAndRecall, type ScoredBox } from './matching.ts';
import { ofLabel, type SeenPicture, type TrustOf, trusted } from './seen-picture.ts';
import { type ThresholdRow, thresholdTable } from './threshold-table.ts';

/** Scores of one class in a set; shares are null where the denominator is 0. */
export interface ClassScore {
  /** Average precision at the requested IoU. */
  readonly ap: number | null;
  /** Mean of the average precisions at 0.50, 0.55 … 0.95. */
  readonly ap50To95: number | null;
  /** Labelled boxes, detections at or above the threshold, and correct ones among these. */
  readonly labelled: number;
  readonly found: number;
  readonly right: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Precision and recall at other thresholds. */
  readonly byTrust: readonly ThresholdRow[];
}

/** The scores of a set, and their means over the labelled classes. */
export interface SetScore {
  readonly map: number | null;
  readonly map50To95: number | null;
  readonly classes: Readonly<Record<string, ClassScore>>;
}

/**
 * Scores the detections in the pictures of a set.
 *
 * @param classes those that the set labels; others are ignored.
 * @param atIou the least IoU of a hit, for `ap`, precision and recall.
 * @param trust the score threshold for precision and recall.
 */
export function scoreClasses(
  pictures: readonly SeenPicture[],
  classes: readonly string[],
  atIou: number,
  trust: TrustOf,
): SetScore {
  const scores = Object.fromEntries(
    classes.map((label) => [label, scoreClass(pictures, label, atIou, trust)]),
  );
  return {
    map: mean(Object.values(scores).map(({ ap }) => ap)),
    map50To95: mean(Object.values(scores).map(({ ap50To95 }) => ap50To95)),
    classes: scores,
  };
}

function scoreClass(
  pictures: readonly SeenPicture[],
  label: string,
  atIou: number,
  trust: TrustOf,
): ClassScore {
  const found = new Map<string, readonly ScoredBox[]>();
  const truths = new Map<string, readonly Box[]>();
  const counts = { labelled: 0, found: 0, right: 0 };
  for (const picture of pictures) {
    const boxes = ofLabel(picture.labels, label).map(({ box }) => box);
    found.set(picture.id, ofLabel(picture.found, label));
    truths.set(picture.id, boxes);
    const drawn = trusted(picture, label, trust);
    counts.labelled += boxes.length;
    counts.found += drawn.length;
    counts.right += matchFound(drawn, boxes, atIou).filter((match) => match !== null).length;
  }
  return {
    ap: averagePrecision(found, truths, atIou),
    ap50To95: mean(COCO_IOUS.map((threshold) => averagePrecision(found, truths, threshold))),
    ...counts,
    ...precisionAndRecall(counts),
    byTrust: thresholdTable(
      [...truths].map(([id, boxes]) => ({ truths: boxes, found: found.get(id) ?? [] })),
      atIou,
    ),
  };
}
