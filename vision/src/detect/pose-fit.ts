import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { DetectedPose } from '../frame.ts';

/**
 * How well a pose matches a box, 0 to 1: the mean of the IoU of the boxes and of the share of
 * trusted keypoints inside the box.
 *
 * @param trust keypoints at or above this score count.
 */
export function poseFit(pose: DetectedPose, box: Box, trust: number): number {
  const overlap = iou(pose.box, box);
  if (overlap === 0) return 0;
  const believed = pose.keypoints.filter(([, , score]) => score >= trust);
  if (believed.length === 0) return overlap;
  const inside = believed.filter(
    ([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3],
  );
  return (overlap + inside.length / believed.length) / 2;
}
