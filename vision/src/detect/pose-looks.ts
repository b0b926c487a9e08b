import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { DetectedPose, Detection } from '../frame.ts';
import type { PoseCard } from './model-card.ts';
import { dropDoublePoses } from './movenet-poses.ts';
import { poseFit } from './pose-fit.ts';
import type { SourceRegion } from './prepare.ts';

/** A second look at one person, or at the place where one was lost. */
export interface PoseLook {
  readonly person: Box;
  /** Nobody was found there by the detector: whoever is there may have fallen. */
  readonly lost: boolean;
  readonly region: SourceRegion;
}

export interface PoseLookRequest {
  /** People that the detector found in this frame, picture pixels. */
  readonly people: readonly Detection[];
  /** Where people are expected, picture pixels. */
  readonly expected: readonly Box[];
  /** What the full pass found, picture pixels. */
  readonly poses: readonly DetectedPose[];
  readonly width: number;
  readonly height: number;
  /** Tensor pixels per picture pixel of the full pass. */
  readonly scale: number;
  /** Turns the order where there are more people than looks. */
  readonly turn: number;
}

/** Boxes that overlap at least this much (IoU) are one person's. */
const SAME_PERSON = 0.3;
/** A pose that fits a box less than this is another person's. */
const LEAST_FIT = 0.35;

/**
 * Chooses who gets a second look: people whom the full pass missed, and people it shows too small.
 * The missed come first; within each, everyone in turn.
 */
export function choosePoseLooks(card: PoseCard, request: PoseLookRequest): PoseLook[] {
  const { region, thresholds } = card;
  const { people, expected, poses, scale, turn } = request;
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
  return [...inTurn(missed, turn), ...inTurn(small, turn)]
    .slice(0, region.perFrame)
    .map((one) => ({ ...one, region: squareAround(card, one, request.width, request.height) }));
}

/**
 * The pose of the person that a look is for, among those that it found; undefined where it is not
 * there. At the place where somebody was lost, the best pose counts that is nobody else's.
 *
 * @param people that the detector found, this one among them.
 */
export function poseOfLook(
  card: PoseCard,
  { person, lost }: PoseLook,
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
 * Joins the full pass with the looks. A look sees larger: what the full pass drew of the same person
 * goes.
 *
 * @returns best first.
 */
export function mergePoseLooks(
  card: PoseCard,
  full: readonly DetectedPose[],
  looks: readonly { look: PoseLook; pose: DetectedPose }[],
): DetectedPose[] {
  const { keypoint } = card.thresholds;
  const kept = full.filter(
    (pose) =>
      !looks.some(
        ({ look, pose: closer }) =>
          poseFit(pose, closer.box, keypoint) >= LEAST_FIT ||
          (!look.lost && poseFit(pose, look.person, keypoint) >= LEAST_FIT),
      ),
  );
  return dropDoublePoses([...looks.map(({ pose }) => pose), ...kept]);
}

/** The square around a person, moved and cut to lie in the picture. */
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

function inTurn<T extends { person: Box }>(all: readonly T[], turn: number): T[] {
  const ordered = [...all].sort((a, b) => a.person[0] - b.person[0] || a.person[1] - b.person[1]);
  const first = ordered.length > 0 ? turn % ordered.length : 0;
  return [...ordered.slice(first), ...ordered.slice(0, first)];
}

const longerSide = ([left, top, right, bottom]: Box) => Math.max(right - left, bottom - top);
