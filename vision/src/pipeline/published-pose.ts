import type { Pose } from '@anshi/contracts';

const tenths = (value: number) => Math.round(value * 10) / 10;
const hundredths = (value: number) => Math.round(value * 100) / 100;

/**
 * A pose as published in observations, also to browsers: rounded to a tenth of a pixel and a
 * hundredth of a score, finer than the model's accuracy. The judge uses the same rounded pose, so
 * that recorded observations replay to the same verdicts.
 */
export function publishedPose(pose: Pose | null): Pose | null {
  if (!pose) return null;
  return {
    score: hundredths(pose.score),
    keypoints: pose.keypoints.map(([x, y, score]) => [tenths(x), tenths(y), hundredths(score)]),
  };
}
