import type { Box, Pose } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { iou } from '../boxes.ts';
import type { PoseCard } from '../detect/model-card.ts';
import { poseFit } from '../detect/pose-fit.ts';
import type { DetectedPose, Detection } from '../frame.ts';

/** Least fit of a pose and a box of one person. */
const LEAST_FIT = 0.35;
/** A pose with this fit to a box is not another person. */
const DOUBLE_FIT = 0.3;

/**
 * Assigns poses to boxes, each used at most once, for the largest sum of fits.
 *
 * @returns the pose of each box, or null.
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
 * A box that differs more from the box of its pose is a body part: the pose model knows all
 * postures, and is right about people who bend, fall or lie.
 */
const SAME_BODY = 0.5;

/** A person for the tracker. */
export interface FoundPerson extends Detection {
  /** Too low a score to start a track; continues one that was just lost. */
  readonly resumes?: true;
}

/**
 * Adds people from poses. Detectors of standing people miss lying and crouching people, and the
 * pose model finds them: an unmatched pose is a person, and so is a low-score box with a pose in
 * it. A low-score pose only continues a known track, since people are detected worst while they
 * fall.
 *
 * @param people boxes of people.
 * @param begin the score at which the tracker starts a track; a pose above its card's person
 *   threshold has it at least.
 * @returns the people, including those found by pose only.
 */
export function peopleWithPoses(
  people: readonly Detection[],
  poses: readonly DetectedPose[],
  thresholds: PoseCard['thresholds'],
  begin: number,
): FoundPerson[] {
  const sure = poses.filter(({ score }) => score >= thresholds.person);
  const joined = joinPoses(
    people.map(({ box }) => box),
    sure,
    thresholds.keypoint,
  );
  const worth = ({ score }: Pose) =>
    begin + ((score - thresholds.person) / Math.max(1e-6, 1 - thresholds.person)) * (1 - begin);
  const surer = people.map((person, i): FoundPerson => {
    const pose = joined[i];
    if (!pose) return person;
    const box = iou(person.box, pose.box) < SAME_BODY ? pose.box : person.box;
    return { ...person, box, score: Math.max(person.score, worth(pose)) };
  });
  const taken = new Set(joined);
  const drawn = people.filter(({ score }) => score >= thresholds.keep);
  for (const pose of poses) {
    if (taken.has(pose)) continue;
    const { box, score } = pose;
    const isSure = score >= thresholds.person;
    // A box that cannot start a track may lie beside a person with a low-score pose, and does not
    // suppress it; the tracker merges the two where both belong to one person.
    const rivals = isSure ? drawn : surer.filter((one) => !one.resumes && one.score >= begin);
    if (rivals.some((other) => poseFit(pose, other.box, thresholds.keypoint) >= DOUBLE_FIT))
      continue;
    if (isSure) surer.push({ label: 'person', score: worth(pose), box });
    else surer.push({ label: 'person', score: Math.min(score, begin), box, resumes: true });
  }
  return surer;
}
