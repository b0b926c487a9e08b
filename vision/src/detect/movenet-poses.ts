import type { Box, Pose } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { DetectedPose } from '../frame.ts';
import type { Placement } from './prepare.ts';

const KEYPOINTS = 17;
/** y, x and score of each keypoint, then top, left, bottom, right and score of the person. */
const ROW = 3 * KEYPOINTS + 5;

/** Two poses with a larger IoU and close keypoints are duplicates. */
const SAME_BOX = 0.4;
/** Mean distance of the keypoints, as a share of the box's longer side. */
const SAME_POINTS = 0.12;

/**
 * Decodes the output of MoveNet multipose (Google, 2021; documented on
 * https://tfhub.dev/google/movenet/multipose/lightning/1): one row for each of at most six people,
 * coordinates as shares of the tensor's height and width.
 *
 * @param width of the input tensor, pixels.
 * @param height of the input tensor, pixels.
 * @param placement the transformation from tensor to picture pixels.
 * @param keep poses below this score are discarded.
 * @returns poses in picture pixels, best first, without duplicates.
 * @throws Error where the output has another shape.
 */
export function readMovenetPoses(
  output: Float32Array,
  width: number,
  height: number,
  { scaleX, scaleY, left, top }: Placement,
  keep: number,
): DetectedPose[] {
  if (output.length === 0 || output.length % ROW !== 0) {
    throw new Error(`the pose model gave ${output.length} numbers, not rows of ${ROW}`);
  }
  const x = (share: number) => (share * width) / scaleX + left;
  const y = (share: number) => (share * height) / scaleY + top;
  const found: DetectedPose[] = [];
  for (let at = 0; at < output.length; at += ROW) {
    const row = output.subarray(at, at + ROW);
    const score = row[ROW - 1]!;
    // Corrupt weights give NaN.
    if (!(score >= keep) || !row.every(Number.isFinite)) continue;
    const keypoints: Pose['keypoints'] = [];
    for (let k = 0; k < 3 * KEYPOINTS; k += 3) {
      keypoints.push([x(row[k + 1]!), y(row[k]!), unit(row[k + 2]!)]);
    }
    const [boxTop, boxLeft, boxBottom, boxRight] = row.subarray(3 * KEYPOINTS);
    found.push({
      score: unit(score),
      keypoints,
      box: [x(boxLeft!), y(boxTop!), x(boxRight!), y(boxBottom!)],
    });
  }
  return dropDuplicatePoses(found);
}

/**
 * Keeps the better of two poses of one person. @returns best first; equal scores keep their order.
 */
export function dropDuplicatePoses(poses: readonly DetectedPose[]): DetectedPose[] {
  const kept: DetectedPose[] = [];
  for (const pose of [...poses].sort((a, b) => b.score - a.score)) {
    if (!kept.some((better) => isSamePerson(better, pose))) kept.push(pose);
  }
  return kept;
}

function isSamePerson(a: DetectedPose, b: DetectedPose): boolean {
  if (iou(a.box, b.box) < SAME_BOX) return false;
  let sum = 0;
  for (const [i, [ax, ay]] of a.keypoints.entries()) {
    const [bx, by] = b.keypoints[i]!;
    sum += Math.hypot(ax - bx, ay - by);
  }
  return sum / a.keypoints.length < SAME_POINTS * longerSide(a.box);
}

const longerSide = ([left, top, right, bottom]: Box) => Math.max(right - left, bottom - top);
const unit = (score: number) => Math.min(1, Math.max(0, score));
