import type { Box } from '@anshi/contracts';
import { boxArea, iou, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';
import { type CloseLook, inRegion, type Wanted } from './look-regions.ts';
import type { PpeCard } from './model-card.ts';
import type { SourceRegion } from './prepare.ts';
import { dropMergers, isKept, suppressDoubles } from './suppress.ts';

/** What one close look found, picture pixels, doubles already taken out. */
export interface CloseLookResult {
  readonly look: CloseLook;
  readonly detections: readonly Detection[];
}

/** A look's drawing of a person agrees with the part of a known box that the look sees. */
const SAME_PERSON = 0.5;
/** Two looks' drawings of one part: they overlap this much, or the smaller lies this far in the other. */
const SAME_PART = { iou: 0.35, within: 0.7 };
/** An edge of a box this near to the edge of the look, as a share of its width, may be a cut. */
const EDGE = 0.02;
/** No part of a person whom the look is for is so high, as a share of the look's height. */
const TOO_LARGE = 0.7;

/**
 * Joins the full pass with the close looks, each thing once. Parts (helmet, head, vest …) that a
 * look has whole come from there, since it sees them larger, and lie where it and the full pass say
 * on average; what a look cuts off at its edge is left to the look or pass that has it whole. People come from the full pass and the search; a look
 * that sees the same person adds to their score, and finds somebody expected whom the full pass missed.
 *
 * @param full the full pass, doubles already taken out.
 */
export function mergeLooks(
  card: PpeCard,
  full: readonly Detection[],
  looks: readonly CloseLookResult[],
  width: number,
  height: number,
): Detection[] {
  if (looks.length === 0) return [...full];
  const edges = { width, height };
  const people = peopleOf(card, full, looks, edges);
  const { trust } = card.thresholds.person!;
  const isSomebody = ({ person }: Wanted) =>
    people.some(({ box, score }) => score >= trust && iou(box, person) >= SAME_PERSON);
  // The finest view that has a part whole speaks for it: a look, a tile of the search, the full pass.
  // A look that found nobody says nothing: enlarged, a bucket or a lamp looks like a head.
  const close = looks.filter(({ look }) => look.people.some(isSomebody));
  const tiles = looks.filter(({ look }) => look.people.length === 0);
  const seenClose = oneEach(close.flatMap((one) => wholeParts(one, edges)));
  const seenInSearch = oneEach(tiles.flatMap((one) => wholeParts(one, edges)));
  const searched = leftBy(close, seenClose, seenInSearch, edges);
  const parts = full.filter(({ label }) => label !== 'person');
  const sure = parts.filter((part) => isKept(card, part));
  const left = leftBy([...close, ...tiles], [...seenClose, ...searched], parts, edges);
  return [
    ...people,
    ...left,
    ...searched,
    ...seenClose.map((part) => (isKept(card, part) ? agreed(part, sure) : part)),
  ];
}

/**
 * A part that a look and the full pass drew alike lies between their boxes, by their scores, and is
 * believed as much as the surer of them says.
 */
function agreed(part: Detection, coarser: readonly Detection[]): Detection {
  const same = bestAlike(part, coarser);
  if (!same) return part;
  const share = same.score / (same.score + part.score);
  const box = part.box.map((value, side) => value + share * (same.box[side]! - value)) as Box;
  return { ...part, box, score: Math.max(part.score, same.score) };
}

/** The surest of the others that is of the same label and at the same place. */
function bestAlike(part: Detection, others: readonly Detection[]): Detection | undefined {
  let best: Detection | undefined;
  for (const other of others) {
    if (other.label !== part.label || other.score <= (best?.score ?? 0)) continue;
    if (iou(other.box, part.box) > SAME_PART.iou) best = other;
  }
  return best;
}

type Edges = { readonly width: number; readonly height: number };

/** The parts that a look has whole. */
function wholeParts({ look, detections }: CloseLookResult, edges: Edges): Detection[] {
  return detections.filter(
    ({ label, box }) => label !== 'person' && !isCutOff(look.region, box, edges),
  );
}

/** The parts that no finer look had whole, and that are not drawn by one already. */
function leftBy(
  finer: readonly CloseLookResult[],
  drawn: readonly Detection[],
  parts: readonly Detection[],
  edges: Edges,
): Detection[] {
  return parts.filter(
    ({ label, box }) =>
      !finer.some(({ look }) => !isCutOff(look.region, box, edges)) &&
      !drawn.some((part) => part.label === label && isSamePart(part.box, box)),
  );
}

/** The people of the full pass and of the looks. */
function peopleOf(
  card: PpeCard,
  full: readonly Detection[],
  looks: readonly CloseLookResult[],
  edges: Edges,
): Detection[] {
  const people = full.filter(({ label }) => label === 'person');
  const { trust } = card.thresholds.person!;
  for (const { look, detections } of looks) {
    const isSearch = look.people.length === 0;
    for (const seen of detections) {
      if (seen.label !== 'person') continue;
      const known = bestOf(people, seen.box, look.region);
      if (known >= 0) {
        const { score } = people[known]!;
        // What fills a look is easily taken for a person: the first view keeps a third of the say.
        const both = isSearch ? seen.score : Math.cbrt(score * seen.score ** 2);
        if (both > score) people[known] = { ...people[known]!, score: both };
        continue;
      }
      // Whom a search hardly believes in, a close look may confirm.
      if (seen.score < (isSearch ? card.region.minScore : trust)) continue;
      const found = wholeBox(look, seen, edges);
      // Half of somebody who is drawn already is nobody new.
      if (!found || people.some(({ box }) => isSamePart(box, found))) continue;
      people.push({ ...seen, box: found });
    }
  }
  return dropMergers(suppressDoubles(people, card.nms.iou));
}

/** The person whose part in the region is what was seen there; -1 for nobody. */
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
 * The whole of somebody whom the full pass did not show: what a search has whole; what a look sees of
 * somebody who was expected there, with the rest of that box where the look cuts it off.
 */
function wholeBox(
  { region, people }: CloseLook,
  { box }: Detection,
  edges: Edges,
): Box | undefined {
  const cut = touches(region, box, edges);
  if (people.length === 0) return cut.some(Boolean) ? undefined : box;
  const [expected] = people.filter(({ person }) => {
    const part = inRegion(region, person);
    return part !== undefined && iou(part, box) >= SAME_PERSON;
  });
  if (!expected) return undefined;
  return box.map((value, side) => (cut[side] ? expected.person[side]! : value)) as Box;
}

/** Whether each side of a box lies at an edge of the region that is no edge of the picture. */
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
 * Whether a look has too little of a part to speak for it: its middle outside, or an edge of the
 * look through it. A vest may go on below: what is worn shows at the shoulders.
 */
function isCutOff(region: SourceRegion, box: Box, edges: Edges): boolean {
  const x = (box[0] + box[2]) / 2 - region.left;
  const y = (box[1] + box[3]) / 2 - region.top;
  if (x < 0 || x > region.width || y < 0) return true;
  // Somebody near the camera, too large for this look: the full pass sees them as well or better.
  if (box[3] - box[1] > TOO_LARGE * region.height) return true;
  const [left, top, right, bottom] = touches(region, box, edges);
  return left || right || top || (bottom && y > 0.75 * region.height);
}

/** The better of two drawings of one part that two looks gave. */
function oneEach(parts: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const part of suppressDoubles(parts, 1)) {
    if (kept.some((one) => one.label === part.label && isSamePart(one.box, part.box))) continue;
    kept.push(part);
  }
  return kept;
}

function isSamePart(a: Box, b: Box): boolean {
  if (iou(a, b) > SAME_PART.iou) return true;
  return sharedArea(a, b) > SAME_PART.within * Math.max(1e-9, Math.min(boxArea(a), boxArea(b)));
}
