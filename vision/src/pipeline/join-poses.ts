import type { Box, Pose } from '@anshi/contracts';
import { assign } from '../assign.ts';
import { iou } from '../boxes.ts';
import type { PoseCard } from '../detect/model-card.ts';
import { poseFit } from '../detect/pose-fit.ts';
import type { DetectedPose, Detection } from '../frame.ts';

/** A pose and a box that fit less than this are of two people. */
const LEAST_FIT = 0.35;
/** A pose that fits a box this well is, if not this person, then no further one. */
const DOUBLE_FIT = 0.3;

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
 * A box that is less like the box of its pose than this is a part of the body: the pose model, which
 * knows all postures, is right about people who bend, fall or lie.
 */
const SAME_BODY = 0.5;

/** A person for the tracker. */
export interface FoundPerson extends Detection {
  /** Too weak to be a person alone; goes on with one who was lost a moment ago. */
  readonly resumes?: true;
}

/**
 * What the poses say about who is there. Detectors of standing people miss those who lie and those
 * who crouch, and the pose model finds them: a pose that belongs to nobody is a person, and a weak
 * box with a pose in it is one, too. A weak pose is nobody new: it shows where somebody went who was
 * seen before, since those who fall are seen worst while they fall.
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
    // A box that can begin nobody may lie beside whom a weak pose shows, and silences none; the
    // tracker takes the two for one where both are of somebody that it sees.
    const rivals = isSure ? drawn : surer.filter((one) => !one.resumes && one.score >= begin);
    if (rivals.some((other) => poseFit(pose, other.box, thresholds.keypoint) >= DOUBLE_FIT))
      continue;
    if (isSure) surer.push({ label: 'person', score: worth(pose), box });
    else surer.push({ label: 'person', score: Math.min(score, begin), box, resumes: true });
  }
  return surer;
}
