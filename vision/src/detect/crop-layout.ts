import type { Box } from '@anshi/contracts';
import { intersection } from '../boxes.ts';
import type { PpeCard } from './model-card.ts';
import type { SourceRegion } from './prepare.ts';

/** The budget of crops of one frame. */
export interface CropBudget {
  /** Maximum number of crops. */
  readonly crops: number;
  /** Tensor pixels of all crops together; one crop is always allowed. */
  readonly pixels: number;
}

/** A person to crop. */
export interface CropTarget {
  /** Picture pixels. */
  readonly person: Box;
  /** Index of the requested box; null for an unrequested person. */
  readonly target: number | null;
}

/** A native-resolution crop of one person's upper body, or of several side by side. */
export interface Crop {
  readonly people: readonly CropTarget[];
  /** The region of the picture, clipped to it. */
  readonly region: SourceRegion;
  /** Size of the tensor, pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Fixed cost of an inference in pixels: one run of 224 x 224 pixels took 3.7 ms and one of 224 x
 * 448 6.8 ms, on the same core.
 */
const COST_OF_A_RUN = 10_000;
/**
 * The longest side of a crop's tensor, pixels: twice that of a crop of one person. Weights with a
 * fixed input size have `multiple` equal to it.
 */
export const longestSide = ({ input, region }: PpeCard) =>
  input.multiple >= region.size ? region.size : 2 * region.size;

/**
 * In a shared crop a person keeps this share of the height of an own crop: helmets of 12 px were
 * read as well in squares of 100 px of the picture as in squares of 72, and worse in squares of
 * 140.
 */
const KEPT_HEIGHT = 0.73;

interface Group {
  readonly people: readonly CropTarget[];
  /** The area to cover, picture pixels. */
  readonly bounds: Box;
  /** Tensor pixels per picture pixel. */
  readonly scale: number;
  readonly crop: Crop;
}

/**
 * Lays out crops over people, most urgent first, within a budget. People so close to each other
 * that one crop costs less than two share it, unless they lose too much scale. People beyond the
 * budget wait for another frame.
 */
export function layOutCrops(
  card: PpeCard,
  wanted: readonly CropTarget[],
  picture: { readonly width: number; readonly height: number },
  budget: CropBudget,
): Crop[] {
  const groups: Group[] = [];
  let left = budget.pixels;
  for (const one of wanted) {
    const alone = groupOf(card, [one], picture);
    let best: { at: number; group: Group; cost: number } | undefined;
    if (groups.length < budget.crops) {
      best = { at: groups.length, group: alone, cost: costOf(alone) };
    }
    groups.forEach((group, at) => {
      const joined = groupOf(card, [...group.people, one], picture);
      const cost = costOf(joined) - costOf(group);
      if (!reads(card, joined) || cost >= (best?.cost ?? costOf(alone))) return;
      best = { at, group: joined, cost };
    });
    if (!best || (best.cost > left && groups.length > 0)) continue;
    groups[best.at] = best.group;
    left -= best.cost;
  }
  return groups.map(({ crop }) => crop);
}

const costOf = ({ crop }: Group) => crop.width * crop.height + COST_OF_A_RUN;

/** Side of the crop of one person alone, picture pixels. */
const sideOf = (card: PpeCard, person: Box) =>
  Math.max(card.region.leastSide, card.region.side * (person[3] - person[1]));

/** Head and torso with a margin. */
function upperBody(card: PpeCard, person: Box): Box {
  const tall = person[3] - person[1];
  const side = sideOf(card, person);
  // The remaining height of the square goes around the head, half of it above.
  const spare = side - card.region.side * tall;
  const middle = (person[0] + person[2]) / 2;
  const top = person[1] - card.region.above * tall - spare / 2;
  return [middle - side / 2, top, middle + side / 2, top + side];
}

/** The same without the side margins of the square. */
function headAndTorso(card: PpeCard, person: Box): Box {
  const [left, top, right, bottom] = upperBody(card, person);
  const margin = 0.1 * (person[3] - person[1]);
  return [Math.max(left, person[0] - margin), top, Math.min(right, person[2] + margin), bottom];
}

function groupOf(
  card: PpeCard,
  people: readonly CropTarget[],
  picture: { readonly width: number; readonly height: number },
): Group {
  const { size } = card.region;
  const scale = Math.min(...people.map(({ person }) => size / sideOf(card, person)));
  const bounds =
    people.length === 1
      ? upperBody(card, people[0]!.person)
      : people
          .map(({ person }) => headAndTorso(card, person))
          .reduce((a, b) => [
            Math.min(a[0], b[0]),
            Math.min(a[1], b[1]),
            Math.max(a[2], b[2]),
            Math.max(a[3], b[3]),
          ]);
  const { multiple } = card.input;
  const whole = (length: number) => multiple * Math.ceil((length * scale - 1e-6) / multiple);
  const width = people.length === 1 ? size : whole(bounds[2] - bounds[0]);
  const height = people.length === 1 ? size : whole(bounds[3] - bounds[1]);
  // The region that the tensor covers, moved and clipped to lie in the picture.
  const wide = Math.min(width / scale, picture.width);
  const high = Math.min(height / scale, picture.height);
  const place = (middle: number, length: number, limit: number) =>
    Math.max(0, Math.min(limit - length, middle - length / 2));
  const region = {
    left: place((bounds[0] + bounds[2]) / 2, wide, picture.width),
    top: place((bounds[1] + bounds[3]) / 2, high, picture.height),
    width: wide,
    height: high,
  };
  return { people, bounds, scale, crop: { people, region, width, height } };
}

/** Whether everyone in a shared crop keeps enough scale. */
function reads(card: PpeCard, { people, scale, crop }: Group): boolean {
  const { size } = card.region;
  if (Math.max(crop.width, crop.height) > longestSide(card)) return false;
  return people.every(({ person }) => scale * sideOf(card, person) >= KEPT_HEIGHT * size);
}

/** The part of a box in a region; undefined where there is none. */
export function inRegion(region: SourceRegion, box: Box): Box | undefined {
  return intersection(box, [
    region.left,
    region.top,
    region.left + region.width,
    region.top + region.height,
  ]);
}
