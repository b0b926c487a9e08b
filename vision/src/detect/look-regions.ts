import type { Box } from '@anshi/contracts';
import { intersection } from '../boxes.ts';
import type { PpeCard } from './model-card.ts';
import type { SourceRegion } from './prepare.ts';

/** What the close looks of one frame may take. */
export interface LookBudget {
  /** How many looks at most. */
  readonly looks: number;
  /** Pixels of the model's tensors, all looks together; one look is always allowed. */
  readonly pixels: number;
}

/** Somebody to be looked at closely. */
export interface Wanted {
  /** Pixels of the picture. */
  readonly person: Box;
  /** Which of the boxes that the caller asked for this is; null for one that nobody asked for. */
  readonly asked: number | null;
}

/** A second look, at native resolution, at one person's upper body or at several side by side. */
export interface CloseLook {
  readonly people: readonly Wanted[];
  /** The part of the picture to look at, cut at the picture's edges. */
  readonly region: SourceRegion;
  /** Size of the tensor, pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * What a run costs besides its pixels, as pixels: one run of 224 x 224 pixels took 3.7 ms and one of
 * 224 x 448 6.8 ms, on the same core.
 */
const COST_OF_A_RUN = 10_000;
/**
 * The longest side of a tensor for a part of the picture, pixels: twice that of a look at one
 * person. Weights that take one size of pictures alone have `multiple` as large as that.
 */
export const longestSide = ({ input, region }: PpeCard) =>
  input.multiple >= region.size ? region.size : 2 * region.size;

/**
 * In a shared look a person keeps this share of the height that a look of their own would give:
 * helmets of 12 px were read as well in squares of 100 px of the picture as in squares of 72, and
 * worse in squares of 140.
 */
const KEPT_HEIGHT = 0.73;

interface Group {
  readonly people: readonly Wanted[];
  /** What must be seen, pixels of the picture. */
  readonly bounds: Box;
  /** Pixels of the tensor per pixel of the picture. */
  readonly scale: number;
  readonly look: CloseLook;
}

/**
 * Lays regions over the people that are to be looked at, most urgent first, within a budget. People
 * who stand so near to each other that one region costs less than two share it, where nobody loses
 * much size by that. Whoever finds no room waits for another frame.
 */
export function layRegions(
  card: PpeCard,
  wanted: readonly Wanted[],
  picture: { readonly width: number; readonly height: number },
  budget: LookBudget,
): CloseLook[] {
  const groups: Group[] = [];
  let left = budget.pixels;
  for (const one of wanted) {
    const alone = groupOf(card, [one], picture);
    let best: { at: number; group: Group; cost: number } | undefined;
    if (groups.length < budget.looks) {
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
  return groups.map(({ look }) => look);
}

const costOf = ({ look }: Group) => look.width * look.height + COST_OF_A_RUN;

/** Side of the square of the picture that a person alone would get, pixels. */
const sideOf = (card: PpeCard, person: Box) =>
  Math.max(card.region.leastSide, card.region.side * (person[3] - person[1]));

/** Head and torso with room around. */
function upperBody(card: PpeCard, person: Box): Box {
  const tall = person[3] - person[1];
  const side = sideOf(card, person);
  // What the square has to spare goes around the head, half of it above.
  const spare = side - card.region.side * tall;
  const middle = (person[0] + person[2]) / 2;
  const top = person[1] - card.region.above * tall - spare / 2;
  return [middle - side / 2, top, middle + side / 2, top + side];
}

/** The same without the room at the sides that only a square needs. */
function headAndTorso(card: PpeCard, person: Box): Box {
  const [left, top, right, bottom] = upperBody(card, person);
  const margin = 0.1 * (person[3] - person[1]);
  return [Math.max(left, person[0] - margin), top, Math.min(right, person[2] + margin), bottom];
}

function groupOf(
  card: PpeCard,
  people: readonly Wanted[],
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
  // As much of the picture as the tensor shows, moved and cut to lie in the picture.
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
  return { people, bounds, scale, look: { people, region, width, height } };
}

/** Whether everybody in a shared look is seen as well as alone, or nearly. */
function reads(card: PpeCard, { people, scale, look }: Group): boolean {
  const { size } = card.region;
  if (Math.max(look.width, look.height) > longestSide(card)) return false;
  return people.every(({ person }) => scale * sideOf(card, person) >= KEPT_HEIGHT * size);
}

/** The part of a box that lies in a region; undefined where none does. */
export function inRegion(region: SourceRegion, box: Box): Box | undefined {
  return intersection(box, [
    region.left,
    region.top,
    region.left + region.width,
    region.top + region.height,
  ]);
}
