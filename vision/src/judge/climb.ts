import type { Pose } from '@anshi/contracts';
import { bodyOf, distance, K, LEG, pointOf } from './body.ts';

/** Parameters of the climbing rule; also in models/operation/climbing.yaml. */
export const CLIMB = {
  /**
   * A leg is raised where its ankle is less than this share of the leg's length below the hips. A
   * walker's swinging foot stays above 0.7, the shin of a seated person is 0.5.
   */
  raisedLeg: 0.45,
  /** A torso that leans by more, degrees, is that of a crawling or lying person. */
  torsoTilt: 70,
  /** A leg raised within this time before the crossing belongs to it, ms. */
  rememberedMs: 3_000,
  /**
   * Time to wait for a raised leg after the crossing, ms: the foot point crosses before the body.
   */
  awaitedMs: 2_000,
} as const;

/**
 * Whether a leg of this person is raised as for a step over a fence. False also where hips or
 * ankles are not visible: what is not visible is no evidence.
 *
 * @param stature pixels.
 */
export function isLegRaised(pose: Pose | null, stature: number | null): boolean {
  if (!pose || !stature) return false;
  const { hips, tilt, torso } = bodyOf(pose);
  if (!hips || tilt === null || tilt > CLIMB.torsoTilt || torso === null) return false;
  const leg = LEG * stature;
  return [
    [K.leftKnee, K.leftAnkle],
    [K.rightKnee, K.rightAnkle],
  ].some(([kneeIndex, ankleIndex]) => {
    const [knee, ankle] = [pointOf(pose, kneeIndex!), pointOf(pose, ankleIndex!)];
    if (!knee || !ankle) return false;
    // Keypoints at one spot are a guess of the model.
    if (distance(knee, ankle) < 0.1 * leg) return false;
    return ankle[1] - hips[1] < CLIMB.raisedLeg * leg;
  });
}
