import { boxArea, iou, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import type { PpeCard } from './model-card.ts';

/**
 * Greedy non-maximum suppression within each label: a box with an IoU above `threshold` with a
 * better box of its label is a duplicate and is removed.
 *
 * @returns the kept detections, best first; equal scores keep their order.
 */
export function suppressDuplicates(
  detections: readonly Detection[],
  threshold: number,
): Detection[] {
  const sorted = [...detections].sort((a, b) => b.score - a.score);
  const kept = new Map<string, Detection[]>();
  const result: Detection[] = [];
  for (const candidate of sorted) {
    let same = kept.get(candidate.label);
    if (!same) {
      same = [];
      kept.set(candidate.label, same);
    }
    if (same.some((better) => iou(better.box, candidate.box) > threshold)) continue;
    same.push(candidate);
    result.push(candidate);
  }
  return result;
}

/** Whether the score reaches the card's `keep` threshold. */
export const isKept = (card: PpeCard, { label, score }: Detection): boolean =>
  score >= (card.thresholds[label]?.keep ?? 0);

/** Boxes with this IoU with a kept box are duplicates of it. */
const SAME_THING = 0.6;

/**
 * Replaces each kept box by the average of its duplicates, weighted by their scores. Scores stay
 * (box voting: Gidaris and Komodakis, Object detection via a multi-region and semantic
 * segmentation-aware CNN model, ICCV 2015).
 *
 * @param kept the result of `suppressDuplicates` for `drawn`.
 * @param threshold the one it used: below it, boxes are of different objects.
 */
export function averageBoxes(
  kept: readonly Detection[],
  drawn: readonly Detection[],
  threshold: number,
): Detection[] {
  const least = Math.max(SAME_THING, threshold);
  return kept.map((one) => {
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    let total = 0;
    for (const { label, box, score } of drawn) {
      if (label !== one.label || iou(one.box, box) < least) continue;
      for (let side = 0; side < 4; side++) sums[side]! += score * box[side]!;
      total += score;
    }
    if (total === 0) return one;
    return { ...one, box: [sums[0] / total, sums[1] / total, sums[2] / total, sums[3] / total] };
  });
}

/** A fragment lies inside the whole by this share, and has this share of its width. */
const FRAGMENT_WITHIN = 0.85;
const FRAGMENT_WIDTH = 0.7;

/**
 * Drops duplicate boxes of a part of a person: a box nearly inside a better one and nearly as wide
 * is the same person's upper or lower half. A person behind another is smaller in both dimensions,
 * or extends at a side, and stays.
 *
 * @param people boxes of one label, best first.
 */
export function dropFragments(people: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of people) {
    const { box } = candidate;
    const isFragment = kept.some(
      ({ box: whole }) =>
        sharedArea(whole, box) > FRAGMENT_WITHIN * boxArea(box) &&
        box[2] - box[0] > FRAGMENT_WIDTH * (whole[2] - whole[0]),
    );
    if (!isFragment) kept.push(candidate);
  }
  return kept;
}

/** A box that contains this share of a better one, and is this much wider, covers two objects. */
const MERGER = { holds: 0.9, wider: 1.6 };
/** Both end at the same height, to this share of the smaller: one place on the floor. */
const SAME_FEET = 0.15;
/** Least ratio of height to width of a standing person. */
const UPRIGHT = 1.8;

/**
 * Drops boxes around a person and an object beside them: a worker and a robot's arm, or two
 * workers. Such a box contains the better box of an upright person whose feet are at its lower
 * edge, so that it would be a much wider person at the same distance. A person nearer to the camera
 * ends lower; the upper or lower half of a person is about as wide as the whole.
 */
export function dropMergers(people: readonly Detection[]): Detection[] {
  return people.filter(
    (whole) =>
      !people.some(({ box, score }) => {
        const [width, height] = [box[2] - box[0], box[3] - box[1]];
        return (
          score > whole.score &&
          height >= UPRIGHT * width &&
          whole.box[2] - whole.box[0] >= MERGER.wider * width &&
          Math.abs(whole.box[3] - box[3]) <= SAME_FEET * height &&
          sharedArea(whole.box, box) >= MERGER.holds * boxArea(box)
        );
      }),
  );
}
