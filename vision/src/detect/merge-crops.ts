import type { Box } from '@anshi/contracts';
import { boxArea, iou, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import { type Crop, type CropTarget, inRegion } from './crop-layout.ts';
import type { PpeCard } from './model-card.ts';
import type { SourceRegion } from './prepare.ts';
import { dropMergers, isKept, suppressDuplicates } from './suppress.ts';

/** Detections of one crop, picture pixels, after non-maximum suppression. */
export interface CropResult {
  readonly crop: Crop;
  readonly detections: readonly Detection[];
}

/** Least IoU of a crop's person with the part of a known box that lies in the crop. */
const SAME_PERSON = 0.5;
/**
 * Duplicates of one part from two crops: this IoU, or this share of the smaller box inside the
 * other.
 */
const SAME_PART = { iou: 0.35, within: 0.7 };
/** A box edge this near to the crop's edge, as a share of its width, may be a cut. */
const EDGE = 0.02;
/** Largest height of a part of the crop's person, as a share of the crop's height. */
const TOO_LARGE = 0.7;

/**
 * Merges the full pass with the crops, without duplicates. Parts (helmet, head, vest …) that are
 * whole in a crop come from there, since it has more detail, and their boxes are fused with those
 * of the full pass; parts cut off by a crop come from the pass that has them whole. People come
 * from the full pass and the search; a crop raises the score of the same person, and adds an
 * expected person whom the full pass missed.
 *
 * @param full the full pass, after non-maximum suppression.
 */
export function mergeCrops(
  card: PpeCard,
  full: readonly Detection[],
  crops: readonly CropResult[],
  width: number,
  height: number,
): Detection[] {
  if (crops.length === 0) return [...full];
  const edges = { width, height };
  const people = peopleOf(card, full, crops, edges);
  const { trust } = card.thresholds.person!;
  const isConfirmed = ({ person }: CropTarget) =>
    people.some(({ box, score }) => score >= trust && iou(box, person) >= SAME_PERSON);
  // The finest view that has a part whole wins: a crop, a search tile, the full pass. A crop
  // without a person is ignored: enlarged, a bucket or a lamp looks like a head.
  const close = crops.filter(({ crop }) => crop.people.some(isConfirmed));
  const tiles = crops.filter(({ crop }) => crop.people.length === 0);
  const seenClose = withoutDuplicates(close.flatMap((one) => wholeParts(one, edges)));
  const seenInSearch = withoutDuplicates(tiles.flatMap((one) => wholeParts(one, edges)));
  const searched = notCoveredBy(close, seenClose, seenInSearch, edges);
  const parts = full.filter(({ label }) => label !== 'person');
  const sure = parts.filter((part) => isKept(card, part));
  const left = notCoveredBy([...close, ...tiles], [...seenClose, ...searched], parts, edges);
  return [
    ...people,
    ...left,
    ...searched,
    ...seenClose.map((part) => (isKept(card, part) ? fused(part, sure) : part)),
  ];
}

/** Fuses the boxes of a crop and of the full pass, weighted by score; the higher score is kept. */
function fused(part: Detection, coarser: readonly Detection[]): Detection {
  const same = bestMatch(part, coarser);
  if (!same) return part;
  const share = same.score / (same.score + part.score);
  const box = part.box.map((value, side) => value + share * (same.box[side]! - value)) as Box;
  return { ...part, box, score: Math.max(part.score, same.score) };
}

/** The highest-scoring detection of the same label and place. */
function bestMatch(part: Detection, others: readonly Detection[]): Detection | undefined {
  let best: Detection | undefined;
  for (const other of others) {
    if (other.label !== part.label || other.score <= (best?.score ?? 0)) continue;
    if (iou(other.box, part.box) > SAME_PART.iou) best = other;
  }
  return best;
}

type Edges = { readonly width: number; readonly height: number };

/** Parts that are whole in a crop. */
function wholeParts({ crop, detections }: CropResult, edges: Edges): Detection[] {
  return detections.filter(
    ({ label, box }) => label !== 'person' && !isCutOff(crop.region, box, edges),
  );
}

/** Parts that are whole in no finer crop, and that are not duplicates of kept ones. */
function notCoveredBy(
  finer: readonly CropResult[],
  kept: readonly Detection[],
  parts: readonly Detection[],
  edges: Edges,
): Detection[] {
  return parts.filter(
    ({ label, box }) =>
      !finer.some(({ crop }) => !isCutOff(crop.region, box, edges)) &&
      !kept.some((part) => part.label === label && isSamePart(part.box, box)),
  );
}

/** The people of the full pass and of the crops. */
function peopleOf(
  card: PpeCard,
  full: readonly Detection[],
  crops: readonly CropResult[],
  edges: Edges,
): Detection[] {
  const people = full.filter(({ label }) => label === 'person');
  const { trust } = card.thresholds.person!;
  for (const { crop, detections } of crops) {
    const isSearch = crop.people.length === 0;
    for (const seen of detections) {
      if (seen.label !== 'person') continue;
      const known = bestOf(people, seen.box, crop.region);
      if (known >= 0) {
        const { score } = people[known]!;
        // A background that fills a crop is easily mistaken for a person: the full pass keeps a
        // third of the weight.
        const both = isSearch ? seen.score : Math.cbrt(score * seen.score ** 2);
        if (both > score) people[known] = { ...people[known]!, score: both };
        continue;
      }
      // A low-score candidate of a search may be confirmed by a crop.
      if (seen.score < (isSearch ? card.region.minScore : trust)) continue;
      const found = wholeBox(crop, seen, edges);
      // A partial box of a known person is not a new person.
      if (!found || people.some(({ box }) => isSamePart(box, found))) continue;
      people.push({ ...seen, box: found });
    }
  }
  return dropMergers(suppressDuplicates(people, card.nms.iou));
}

/** Index of the person whose part in the region matches; -1 for none. */
function bestOf(people: readonly Detection[], seen: Box, region: SourceRegion): number {
  let best = -1;
  let bestOverlap = SAME_PERSON;
  people.forEach(({ box }, i) => {
    const part = inRegion(region, box);
    const overlap = part ? iou(part, seen) : 0;
    if (overlap < bestOverlap) return;
    best = i;
    bestOverlap = overlap;
  });
  return best;
}

/**
 * The full box of a person that the full pass missed: whole in a search tile; or an expected person
 * in a crop, completed by the expected box where the crop cuts it off.
 */
function wholeBox({ region, people }: Crop, { box }: Detection, edges: Edges): Box | undefined {
  const cut = touches(region, box, edges);
  if (people.length === 0) return cut.some(Boolean) ? undefined : box;
  const [expected] = people.filter(({ person }) => {
    const part = inRegion(region, person);
    return part !== undefined && iou(part, box) >= SAME_PERSON;
  });
  if (!expected) return undefined;
  return box.map((value, side) => (cut[side] ? expected.person[side]! : value)) as Box;
}

/** Whether each side of a box lies at an edge of the region that is not an edge of the picture. */
function touches(
  region: SourceRegion,
  [left, top, right, bottom]: Box,
  { width, height }: Edges,
): [boolean, boolean, boolean, boolean] {
  const slack = EDGE * region.width;
  const [farRight, farBottom] = [region.left + region.width, region.top + region.height];
  return [
    left < region.left + slack && region.left > 0,
    top < region.top + slack && region.top > 0,
    right > farRight - slack && farRight < width,
    bottom > farBottom - slack && farBottom < height,
  ];
}

/**
 * Whether a crop shows too little of a part: its centre outside, or cut by an edge. A vest may
 * continue below: it is recognised at the shoulders.
 */
function isCutOff(region: SourceRegion, box: Box, edges: Edges): boolean {
  const x = (box[0] + box[2]) / 2 - region.left;
  const y = (box[1] + box[3]) / 2 - region.top;
  if (x < 0 || x > region.width || y < 0) return true;
  // A person near the camera, too large for this crop: the full pass shows them as well.
  if (box[3] - box[1] > TOO_LARGE * region.height) return true;
  const [left, top, right, bottom] = touches(region, box, edges);
  return left || right || top || (bottom && y > 0.75 * region.height);
}

/** Removes duplicates of one part from two crops, keeping the best. */
function withoutDuplicates(parts: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const part of suppressDuplicates(parts, 1)) {
    if (kept.some((one) => one.label === part.label && isSamePart(one.box, part.box))) continue;
    kept.push(part);
  }
  return kept;
}

function isSamePart(a: Box, b: Box): boolean {
  if (iou(a, b) > SAME_PART.iou) return true;
  return sharedArea(a, b) > SAME_PART.within * Math.max(1e-9, Math.min(boxArea(a), boxArea(b)));
}
