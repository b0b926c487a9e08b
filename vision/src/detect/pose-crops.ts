import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { DetectedPose, Detection } from '../frame.ts';
import type { PoseCard } from './model-card.ts';
import { dropDuplicatePoses } from './movenet-poses.ts';
import { poseFit } from './pose-fit.ts';
import type { SourceRegion } from './prepare.ts';

/** A crop of one person, or of the last place of a lost one. */
export interface PoseCrop {
  readonly person: Box;
  /** The detector found no person there: the person may have fallen. */
  readonly lost: boolean;
  readonly region: SourceRegion;
}

export interface PoseCropRequest {
  /** Detected people of this frame, picture pixels. */
  readonly people: readonly Detection[];
  /** Where people are expected, picture pixels. */
  readonly expected: readonly Box[];
  /** Poses of the full pass, picture pixels. */
  readonly poses: readonly DetectedPose[];
  readonly width: number;
  readonly height: number;
  /** Tensor pixels per picture pixel of the full pass. */
  readonly scale: number;
  /** Rotates the order where there are more people than crops. */
  readonly round: number;
}

/** Least IoU of two boxes of one person. */
const SAME_PERSON = 0.3;
/** Least fit of a pose and a box of one person. */
const LEAST_FIT = 0.35;

/**
 * Selects the crops: people whom the full pass missed, then people it shows too small; each in
 * rotation.
 */
export function selectPoseCrops(card: PoseCard, request: PoseCropRequest): PoseCrop[] {
  const { region, thresholds } = card;
  const { people, expected, poses, scale, round } = request;
  const found = people.filter(({ score }) => score >= region.minScore).map(({ box }) => box);
  const lost = expected.filter((box) => !found.some((other) => iou(other, box) >= SAME_PERSON));
  const wanted = [
    ...found.map((person) => ({ person, lost: false })),
    ...lost.map((person) => ({ person, lost: true })),
  ].filter(({ person }) => longerSide(person) >= region.minHeight);
  const isMissed = ({ person }: { person: Box }) =>
    !poses.some(
      (pose) =>
        pose.score >= thresholds.person && poseFit(pose, person, thresholds.keypoint) >= LEAST_FIT,
    );
  const missed = wanted.filter(isMissed);
  const small = wanted.filter(
    (one) => !isMissed(one) && longerSide(one.person) * scale < region.belowHeight,
  );
  return [...rotated(missed, round), ...rotated(small, round)]
    .slice(0, region.perFrame)
    .map((one) => ({ ...one, region: squareAround(card, one, request.width, request.height) }));
}

/**
 * The pose of the crop's person among those found in it; undefined where there is none. At the last
 * place of a lost person, the best pose that is no other person's.
 *
 * @param people detected in this frame, including this one.
 */
export function poseInCrop(
  card: PoseCard,
  { person, lost }: PoseCrop,
  poses: readonly DetectedPose[],
  people: readonly Detection[],
): DetectedPose | undefined {
  const { keypoint } = card.thresholds;
  const others = people
    .filter(({ box, score }) => box !== person && score >= card.region.minScore)
    .map(({ box }) => box);
  const fits = (pose: DetectedPose, box: Box) => poseFit(pose, box, keypoint);
  const worth = (pose: DetectedPose) => {
    const fit = fits(pose, person);
    if (others.some((other) => fits(pose, other) > Math.max(fit, LEAST_FIT))) return 0;
    return lost ? pose.score : fit >= LEAST_FIT ? fit : 0;
  };
  let best: DetectedPose | undefined;
  for (const pose of poses) if (worth(pose) > (best ? worth(best) : 0)) best = pose;
  return best;
}

/**
 * Merges the full pass with the crops. A crop has more detail: it replaces the full pass's pose of
 * the same person.
 *
 * @returns best first.
 */
export function mergePoseCrops(
  card: PoseCard,
  full: readonly DetectedPose[],
  crops: readonly { crop: PoseCrop; pose: DetectedPose }[],
): DetectedPose[] {
  const { keypoint } = card.thresholds;
  const kept = full.filter(
    (pose) =>
      !crops.some(
        ({ crop, pose: closer }) =>
          poseFit(pose, closer.box, keypoint) >= LEAST_FIT ||
          (!crop.lost && poseFit(pose, crop.person, keypoint) >= LEAST_FIT),
      ),
  );
  return dropDuplicatePoses([...crops.map(({ pose }) => pose), ...kept]);
}

/** The square around a person, moved and clipped to lie in the picture. */
function squareAround(
  { region: { side, lostSide } }: PoseCard,
  { person, lost }: { person: Box; lost: boolean },
  width: number,
  height: number,
): SourceRegion {
  const wanted = longerSide(person) * (lost ? lostSide : side);
  const wide = Math.min(wanted, width);
  const high = Math.min(wanted, height);
  const left = (person[0] + person[2]) / 2 - wide / 2;
  const top = (person[1] + person[3]) / 2 - high / 2;
  return {
    left: Math.max(0, Math.min(width - wide, left)),
    top: Math.max(0, Math.min(height - high, top)),
    width: wide,
    height: high,
  };
}

function rotated<T extends { person: Box }>(all: readonly T[], round: number): T[] {
  const ordered = [...all].sort((a, b) => a.person[0] - b.person[0] || a.person[1] - b.person[1]);
  const first = ordered.length > 0 ? round % ordered.length : 0;
  return [...ordered.slice(first), ...ordered.slice(0, first)];
}

const longerSide = ([left, top, right, bottom]: Box) => Math.max(right - left, bottom - top);
