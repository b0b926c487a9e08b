import type { Box, Equipment, PpeState } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';

/** The score threshold of a class; see `thresholds.*.trust` of the model card. */
export type TrustOf = (label: string) => number;

/** Where on the body an item is worn. */
export const bodyPlaces = ['head', 'torso', 'hands', 'feet', 'body'] as const;
export type BodyPlace = (typeof bodyPlaces)[number];

/** How a model shows an item of protective equipment. */
export interface PpeItem {
  /** A word of the dictionary `ppe-item`. */
  readonly item: string;
  /** Label of the item where it is worn; null where the model does not draw it. */
  readonly worn: string | null;
  /** Label of the body part without it; null where the model does not draw it. */
  readonly missing: string | null;
  readonly place: BodyPlace;
}

/** Least lead of the better of two contradicting detections. */
const MARGIN = 0.1;

interface Place {
  /** Allowed centre of such a part, shares of the person's height from the top. */
  readonly from: number;
  readonly to: number;
  /** Expected centre. */
  readonly middle: number;
  /** Least share of the part inside the person's box. */
  readonly within: number;
}

const PLACES: Readonly<Record<BodyPlace, Place>> = {
  head: { from: -0.1, to: 0.28, middle: 0.08, within: 0.4 },
  torso: { from: 0.05, to: 0.75, middle: 0.35, within: 0.6 },
  hands: { from: 0.2, to: 0.8, middle: 0.5, within: 0.4 },
  feet: { from: 0.75, to: 1.1, middle: 0.95, within: 0.4 },
  body: { from: -0.1, to: 1.1, middle: 0.5, within: 0.5 },
};

/**
 * Derives the equipment of each person from the detected parts. A part belongs to at most one
 * person, the one that it fits best, and each person has at most one part of a kind. An item is
 * compared with the body part without it, such as a helmet with a bare head: the better must be above
 * its threshold and clearly ahead, else the state is unknown.
 *
 * @param people boxes, pixels.
 * @param parts in the same pixels.
 * @param items what the model sees (`itemsOf` of its card).
 * @returns one per person, in the same order.
 */
export function readEquipment(
  people: readonly Box[],
  parts: readonly Detection[],
  items: readonly PpeItem[],
  trust: TrustOf,
): Equipment[] {
  const scores = people.map(() => new Map<string, number>());
  for (const [label, place] of placesOf(items)) {
    const pairs: { person: number; part: number; fit: number }[] = [];
    const candidates = parts.filter((part) => part.label === label);
    people.forEach((person, i) => {
      candidates.forEach((part, j) => {
        const fit = fitOf(place, person, part.box);
        if (fit > 0) pairs.push({ person: i, part: j, fit: fit * part.score });
      });
    });
    pairs.sort((a, b) => b.fit - a.fit);
    const used = new Set<number>();
    for (const { person, part } of pairs) {
      if (used.has(part) || scores[person]!.has(label)) continue;
      used.add(part);
      scores[person]!.set(label, candidates[part]!.score);
    }
  }
  return scores.map((found) =>
    Object.fromEntries(items.map((item) => [item.item, decide(found, item, trust)])),
  );
}

function placesOf(items: readonly PpeItem[]): Map<string, Place> {
  return new Map(
    items.flatMap(({ worn, missing, place }) =>
      [worn, missing].flatMap((label) => (label === null ? [] : [[label, PLACES[place]] as const])),
    ),
  );
}

function decide(found: Map<string, number>, item: PpeItem, trust: TrustOf): PpeState {
  const scoreOf = (label: string | null) => (label === null ? 0 : (found.get(label) ?? 0));
  const trusted = (label: string | null) => label !== null && scoreOf(label) >= trust(label);
  const yes = scoreOf(item.worn);
  const no = scoreOf(item.missing);
  if (trusted(item.worn) && yes - no >= MARGIN) return 'worn';
  if (trusted(item.missing) && no - yes >= MARGIN) return 'missing';
  return 'unknown';
}

/** How well a part fits a person, 0 (not at all) to 1. */
function fitOf(place: Place, person: Box, part: Box): number {
  const height = person[3] - person[1];
  const width = person[2] - person[0];
  if (height <= 0 || width <= 0) return 0;
  const within = sharedArea(person, part) / Math.max(1e-9, boxArea(part));
  const down = ((part[1] + part[3]) / 2 - person[1]) / height;
  const aside = Math.abs((part[0] + part[2] - person[0] - person[2]) / 2) / width;
  if (within < place.within || down < place.from || down > place.to || aside > 0.5) return 0;
  const off = Math.hypot(aside, 2 * (down - place.middle));
  return within / (1 + off);
}
