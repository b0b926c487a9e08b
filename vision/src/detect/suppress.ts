import { boxArea, iou, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import type { PpeCard } from './model-card.ts';

/**
 * Greedy non-maximum suppression within each label: a box that overlaps a better one of its label
 * by more than `threshold` (IoU) is a second drawing of the same thing and goes.
 *
 * @returns the kept detections, best first; equal scores keep their order.
 */
export function suppressDoubles(detections: readonly Detection[], threshold: number): Detection[] {
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

/** Whether a drawing is sure enough to be kept at all by the card. */
export const isKept = (card: PpeCard, { label, score }: Detection): boolean =>
  score >= (card.thresholds[label]?.keep ?? 0);

/** Drawings that overlap a kept box this much are of the same thing, drawn a little otherwise. */
const SAME_THING = 0.6;

/**
 * Puts each kept box where all drawings of it, weighted by their scores, put it on average: one
 * drawing is a little off, several are off less. Scores stay (box voting: Gidaris and Komodakis,
 * Object detection via a multi-region and semantic segmentation-aware CNN model, ICCV 2015).
 *
 * @param kept what `suppressDoubles` kept of `drawn`.
 * @param threshold the one it went by: what is not a double is another thing.
 */
export function averageDrawings(
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

/** A fragment lies this much within the whole, and is this much as wide. */
const FRAGMENT_WITHIN = 0.85;
const FRAGMENT_WIDTH = 0.7;

/**
 * Drops second drawings of a part of somebody: a box nearly inside a better one and nearly as wide
 * is the same person's upper or lower half. Somebody who stands behind another is smaller both
 * ways, or looks out at a side, and stays.
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

/** A box that holds a better one to this share of it, and is so much wider, is drawn over two things. */
const MERGER = { holds: 0.9, wider: 1.6 };
/** The two end at the same height, to this share of the smaller: they stand in one place. */
const SAME_FEET = 0.15;
/** Somebody who stands is at least so many times as tall as wide. */
const UPRIGHT = 1.8;

/**
 * Drops boxes that are drawn over somebody and what is beside them: a worker and a robot's arm, or
 * two workers. Such a box holds the better box of somebody upright whose feet are where it ends,
 * so that it would be a person at the same distance and much wider. Somebody nearer to the camera
 * ends lower; the upper or lower half of somebody is about as wide as the whole.
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
