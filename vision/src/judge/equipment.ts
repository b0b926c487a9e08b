import type { Box, PpeState } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { Detection } from '../frame.ts';

/** One person's equipment in one frame. */
export interface Equipment {
  readonly helmet: PpeState;
  readonly vest: PpeState;
}

/** The score threshold of a class; see `thresholds.*.trust` of the model card. */
export type TrustOf = (label: string) => number;

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

const HEAD: Place = { from: -0.1, to: 0.28, middle: 0.08, within: 0.4 };
const TORSO: Place = { from: 0.05, to: 0.75, middle: 0.35, within: 0.6 };

const PLACES: Readonly<Record<string, Place>> = {
  helmet: HEAD,
  head: HEAD,
  vest: TORSO,
  no_vest: TORSO,
};

/**
 * Derives helmet and vest of each person from the detected parts. A part belongs to at most one
 * person, the one that it fits best, and each person has at most one part of a kind. A helmet is
 * compared with a bare head and a vest with a torso without one: the better must be above its
 * threshold and clearly ahead, else the state is unknown.
 *
 * @param people boxes, pixels.
 * @param parts in the same pixels.
 * @returns one per person, in the same order.
 */
export function readEquipment(
  people: readonly Box[],
  parts: readonly Detection[],
  trust: TrustOf,
): Equipment[] {
  const scores = people.map(() => new Map<string, number>());
  for (const [label, place] of Object.entries(PLACES)) {
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
  return scores.map((found) => ({
    helmet: decide(found, 'helmet', 'head', trust),
    vest: decide(found, 'vest', 'no_vest', trust),
  }));
}

function decide(
  found: Map<string, number>,
  worn: string,
  missing: string,
  trust: TrustOf,
): PpeState {
  const yes = found.get(worn) ?? 0;
  const no = found.get(missing) ?? 0;
  if (yes >= trust(worn) && yes - no >= MARGIN) return 'worn';
  if (no >= trust(missing) && no - yes >= MARGIN) return 'missing';
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
