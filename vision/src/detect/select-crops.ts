import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import { type Crop, type CropBudget, type CropTarget, layOutCrops } from './crop-layout.ts';
import type { PpeCard } from './model-card.ts';

export interface CropRequest {
  /** Detections of the full pass, picture pixels. */
  readonly people: readonly Detection[];
  readonly width: number;
  readonly height: number;
  /** Tensor pixels per picture pixel of the full pass. */
  readonly scale: number;
  readonly budget: CropBudget;
  /** Requested people, most urgent first, picture pixels; left out, all in rotation. */
  readonly targets?: readonly Box[] | undefined;
  /**
   * With `targets`: people who are known, or whom a recent crop did not confirm. Another candidate
   * below the full pass's threshold may get one of the crops.
   */
  readonly known?: readonly Box[] | undefined;
  /** Frame counter, which rotates the order of people without a request. */
  readonly round: number;
}

/** Least IoU of a detected person's box and the caller's box of the same person. */
const SAME_PERSON = 0.3;

/**
 * Selects the crops of this frame: people whose heads are too small in the full pass, but not too
 * small at any resolution; within the budget. Deterministic for the same request.
 */
export function selectCrops(card: PpeCard, request: CropRequest): Crop[] {
  if (request.budget.crops <= 0 || !hasFinerCrops(card, request.scale)) return [];
  const isSmall = (box: Box) => {
    const height = box[3] - box[1];
    return height * request.scale < card.region.belowHeight && height >= card.region.minHeight;
  };
  const small = request.people.filter(
    ({ box, score }) => score >= card.region.minScore && isSmall(box),
  );
  const wanted = request.targets
    ? dueTargets(card, { ...request, targets: request.targets }, small, isSmall)
    : rotatingTargets(card, request, small);
  return layOutCrops(card, wanted, request, request.budget);
}

/** @param scale tensor pixels of the full pass per pixel of the picture. */
export const hasFinerCrops = (card: PpeCard, scale: number): boolean =>
  scale * card.region.finerBy <= 1;

/** In one frame of this many, a low-score candidate comes before the people. */
const CANDIDATE_PERIOD = 4;

/** All in rotation: the first one changes in each frame, and the first always gets a crop. */
function rotatingTargets(
  card: PpeCard,
  { round }: CropRequest,
  small: readonly Detection[],
): CropTarget[] {
  const { trust } = card.thresholds.person!;
  const people = small.filter(({ score }) => score >= trust);
  const candidates = small.filter(({ score }) => score < trust);
  const peopleRound =
    candidates.length === 0 ? round : round - Math.floor((round + 1) / CANDIDATE_PERIOD);
  return withCandidates(rotated(people, peopleRound).map(asTarget), candidates, round);
}

/**
 * Puts candidates after people, so that they get the rest of the budget, and one of them first now
 * and then: neither side starves.
 */
function withCandidates(
  people: readonly CropTarget[],
  candidates: readonly Detection[],
  round: number,
): CropTarget[] {
  const others = rotated(candidates, Math.floor(round / CANDIDATE_PERIOD)).map(asTarget);
  return round % CANDIDATE_PERIOD === CANDIDATE_PERIOD - 1
    ? [...others.slice(0, 1), ...people, ...others.slice(1)]
    : [...people, ...others];
}

const asTarget = ({ box }: Detection): CropTarget => ({ person: box, target: null });

/** The requested targets, and one candidate. */
function dueTargets(
  card: PpeCard,
  request: CropRequest & { readonly targets: readonly Box[] },
  small: readonly Detection[],
  isSmall: (box: Box) => boolean,
): CropTarget[] {
  const left = new Set(small);
  const wanted: CropTarget[] = [];
  request.targets.forEach((target, index) => {
    let best: Detection | undefined;
    let bestOverlap = SAME_PERSON;
    for (const person of left) {
      const overlap = iou(person.box, target);
      if (overlap > bestOverlap) {
        best = person;
        bestOverlap = overlap;
      }
    }
    if (best) left.delete(best);
    // The crop may find a person that the full pass missed in this frame.
    else if (!isSmall(target) || request.people.some(({ box }) => iou(box, target) > SAME_PERSON))
      return;
    wanted.push({ person: best?.box ?? target, target: index });
  });
  if (!request.known) return wanted;
  const { known } = request;
  const others = [...request.targets, ...known];
  const candidates = [...left].filter(
    ({ box, score }) =>
      score < card.thresholds.person!.trust && !others.some((one) => iou(one, box) > SAME_PERSON),
  );
  return withCandidates(wanted, candidates, request.round);
}

/** From left to right, starting at a different one each time. */
function rotated(people: readonly Detection[], by: number): Detection[] {
  const ordered = [...people].sort(
    (a, b) => a.box[0] - b.box[0] || a.box[1] - b.box[1] || b.score - a.score,
  );
  const round = ordered.length === 0 ? 0 : by % ordered.length;
  return [...ordered.slice(round), ...ordered.slice(0, round)];
}
