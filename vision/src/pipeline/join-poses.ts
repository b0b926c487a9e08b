import type { Box, Pose } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { iou } from '../boxes.ts';
import type { PoseCard } from '../detect/model-card.ts';
import type { DetectedPose, Detection } from '../frame.ts';

/** A pose and a box that fit less than this are of two people. */
const LEAST_FIT = 0.35;
/** A pose that fits a box this well is, if not this person, then no further one. */
const DOUBLE_FIT = 0.3;

/**
 * How well a pose fits a box, 0 to 1: the mean of the overlap of the two boxes (IoU) and of the
 * share of the believed keypoints that lie in the box.
 *
 * @param trust keypoints at or above this score are believed.
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

/**
 * Pairs poses and boxes, each used at most once, so that the fits add up to the most.
 *
 * @returns for each box the pose that belongs to it, or null.
 */
export function joinPoses(
  boxes: readonly Box[],
  poses: readonly DetectedPose[],
  trust: number,
): (DetectedPose | null)[] {
  const joined: (DetectedPose | null)[] = boxes.map(() => null);
  const misfit = (b: number, p: number) => 1 - poseFit(poses[p]!, boxes[b]!, trust);
  for (const [b, p] of assign(boxes.length, poses.length, misfit, 1 - LEAST_FIT)) {
    joined[b] = poses[p]!;
  }
  return joined;
}

/**
 * What the poses say about who is there. Detectors of standing people miss those who lie and those
 * who crouch, and the pose model finds them: a pose that belongs to nobody is a person, and a weak
 * box with a pose in it is one, too.
 *
 * @param people boxes of people.
 * @param begin the score at which a box is a person to the tracker; a pose that its card calls a
 *   person has it at least.
 * @returns the people, with those that only the poses show.
 */
export function peopleWithPoses(
  people: readonly Detection[],
  poses: readonly DetectedPose[],
  thresholds: PoseCard['thresholds'],
  begin: number,
): Detection[] {
  const sure = poses.filter(({ score }) => score >= thresholds.person);
  const joined = joinPoses(
    people.map(({ box }) => box),
    sure,
    thresholds.keypoint,
  );
  const worth = ({ score }: Pose) =>
    begin + ((score - thresholds.person) / Math.max(1e-6, 1 - thresholds.person)) * (1 - begin);
  const surer = people.map((person, i) => {
    const pose = joined[i];
    return pose ? { ...person, score: Math.max(person.score, worth(pose)) } : person;
  });
  const taken = new Set(joined);
  for (const pose of sure) {
    if (taken.has(pose)) continue;
    const isDouble = people.some(
      ({ box }) => poseFit(pose, box, thresholds.keypoint) >= DOUBLE_FIT,
    );
    if (!isDouble) surer.push({ label: 'person', score: worth(pose), box: pose.box });
  }
  return surer;
}
