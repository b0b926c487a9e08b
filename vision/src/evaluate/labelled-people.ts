import type { Box, PpeState } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { LabelledBox } from './labelled-set.ts';

/** The two items that a rule decides for a person, and the classes for and against each. */
export const VERDICT_CLASSES = {
  helmet: { worn: 'helmet', missing: 'head' },
  vest: { worn: 'vest', missing: 'no_vest' },
} as const satisfies Record<string, Record<'worn' | 'missing', string>>;

/** `helmet` or `vest`. */
export type VerdictKind = keyof typeof VERDICT_CLASSES;

/** Least share of a part that lies on its person. */
const WITHIN = 0.5;
/** Expected centre of a part, as a share of the person's height from the top. */
const EXPECTED: Readonly<Record<string, number>> = {
  helmet: 0.06,
  head: 0.08,
  vest: 0.35,
  no_vest: 0.35,
};

/**
 * The owner of a part: of the people who contain at least half of it, the one with the part closest
 * to its expected place. Made from the labels alone and independent of the rule under evaluation: a
 * part in an unusual place (a person who bends down) still has its owner.
 *
 * @param people boxes, pixels.
 * @returns the index of the person, or null.
 */
export function ownerOf(part: LabelledBox, people: readonly Box[]): number | null {
  let owner: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  people.forEach((person, i) => {
    const off = distance(part, person);
    if (off < least) {
      least = off;
      owner = i;
    }
  });
  return owner;
}

/**
 * Distance of a part from its expected place, in shares of the body; Infinity: not on this person.
 */
function distance({ label, box }: LabelledBox, person: Box): number {
  const [width, height] = [person[2] - person[0], person[3] - person[1]];
  if (width <= 0 || height <= 0) return Number.POSITIVE_INFINITY;
  if (sharedArea(box, person) < WITHIN * boxArea(box)) return Number.POSITIVE_INFINITY;
  const down = ((box[1] + box[3]) / 2 - person[1]) / height;
  const aside = (box[0] + box[2] - person[0] - person[2]) / 2 / width;
  return Math.hypot(aside / 2, down - (EXPECTED[label] ?? 0.5));
}

/** The labelled state of one person; null where the labels have none, or both. */
export type LabelledState = Exclude<PpeState, 'unknown'> | null;

/**
 * Derives from the labels who wears a helmet or a vest and who does not. A part belongs to at most
 * one person, and a person has at most one part of a class.
 *
 * @param people labelled boxes of people, pixels.
 * @param parts labelled boxes of the other classes.
 * @returns one per person, in the same order.
 */
export function labelledStates(
  people: readonly Box[],
  parts: readonly LabelledBox[],
  kind: VerdictKind,
): LabelledState[] {
  const { worn, missing } = VERDICT_CLASSES[kind];
  const wears = wearers(people, parts, worn);
  const lacks = wearers(people, parts, missing);
  return people.map((_, i) => {
    if (wears.has(i) === lacks.has(i)) return null;
    return wears.has(i) ? 'worn' : 'missing';
  });
}

/** For each person: whether the labels have headwear other than a helmet on them. */
export function wearHeadwear(people: readonly Box[], parts: readonly LabelledBox[]): boolean[] {
  const headwear = parts.filter(({ isHeadwear }) => isHeadwear);
  const owners = wearers(people, headwear, VERDICT_CLASSES.helmet.missing);
  return people.map((_, i) => owners.has(i));
}

/** The people who own a part of this class; the best pairs are assigned first. */
function wearers(people: readonly Box[], parts: readonly LabelledBox[], label: string) {
  const pairs: { person: number; part: number; off: number }[] = [];
  parts.forEach((part, j) => {
    if (part.label !== label) return;
    people.forEach((person, i) => {
      const off = distance(part, person);
      if (Number.isFinite(off)) pairs.push({ person: i, part: j, off });
    });
  });
  pairs.sort((a, b) => a.off - b.off);
  const owners = new Set<number>();
  const given = new Set<number>();
  for (const { person, part } of pairs) {
    if (owners.has(person) || given.has(part)) continue;
    owners.add(person);
    given.add(part);
  }
  return owners;
}
