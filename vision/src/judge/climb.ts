import type { Pose } from '@anshi/contracts';
import { bodyOf, distance, K, LEG, pointOf } from './body.ts';

/** Parameters of the rule for climbing; they stand in models/operation/climbing.yaml, too. */
export const CLIMB = {
  /**
   * A leg is raised where its ankle is less than this share of the leg's length below the hips. A
   * walker's swinging foot stays below 0.7, a shin of somebody on a chair is 0.5.
   */
  raisedLeg: 0.45,
  /** A torso that leans by more, degrees, belongs to somebody who crawls or lies. */
  torsoTilt: 70,
  /** A leg that was raised this long before the line was crossed was raised for it, ms. */
  rememberedMs: 3_000,
  /** So long a raised leg is waited for after it, ms: the foot point is over before the body. */
  awaitedMs: 2_000,
} as const;

/**
 * Whether a leg of this person is raised as for a step over a fence. False also where hips or ankles
 * are not seen: what is not seen is no evidence.
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
    // Drawn on one spot, they are a guess.
    if (distance(knee, ankle) < 0.1 * leg) return false;
    return ankle[1] - hips[1] < CLIMB.raisedLeg * leg;
  });
}
