import type { Box } from '@anshi/contracts';
import type { DetectedPose } from '../frame.ts';

/** Factors from frame pixels to the pixels of the picture on which zones are drawn. */
export interface Scaling {
  readonly x: number;
  readonly y: number;
}

/** Both sizes in pixels. */
export function scalingOf(
  frame: { width: number; height: number },
  picture: readonly [number, number],
): Scaling {
  return { x: picture[0] / frame.width, y: picture[1] / frame.height };
}

/** True where the aspect ratios differ, so that zones are distorted. */
export function isDistorted({ x, y }: Scaling): boolean {
  return Math.abs(x / y - 1) > 0.02;
}

export function scaleBox([left, top, right, bottom]: Box, { x, y }: Scaling): Box {
  return [left * x, top * y, right * x, bottom * y];
}

export function invert({ x, y }: Scaling): Scaling {
  return { x: 1 / x, y: 1 / y };
}

export function scalePose(pose: DetectedPose, scaling: Scaling): DetectedPose {
  const { x, y } = scaling;
  return {
    score: pose.score,
    keypoints: pose.keypoints.map(([left, top, score]) => [left * x, top * y, score]),
    box: scaleBox(pose.box, scaling),
  };
}
