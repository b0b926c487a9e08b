import type { Box, Pose } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { DetectedPose } from '../frame.ts';
import type { Placement } from './prepare.ts';

const KEYPOINTS = 17;
/** y, x and score of each keypoint, then top, left, bottom, right and score of the person. */
const ROW = 3 * KEYPOINTS + 5;

/** Two poses whose boxes overlap more than this, and whose keypoints lie together, are one person's. */
const SAME_BOX = 0.4;
/** Mean distance of the keypoints, as a share of the box's longer side. */
const SAME_POINTS = 0.12;

/**
 * Reads the output of MoveNet multipose (Google, 2021; the form is on the model's page at
 * https://tfhub.dev/google/movenet/multipose/lightning/1): one row for each of at most six people,
 * coordinates as shares of the tensor's height and width.
 *
 * @param width of the input tensor, pixels.
 * @param height of the input tensor, pixels.
 * @param placement where the input tensor's pixels lie in the picture.
 * @param keep poses below this score are thrown away.
 * @returns poses in picture pixels, best first, without second drawings of one person.
 * @throws Error where the output is not rows of that form.
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
    // Weights that went wrong say NaN.
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
  return dropDoublePoses(found);
}

/** Of two poses of one person the better stays. @returns best first; equal scores keep their order. */
export function dropDoublePoses(poses: readonly DetectedPose[]): DetectedPose[] {
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
