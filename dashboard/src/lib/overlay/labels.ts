import type { Rect, Size } from './geometry.ts';

/** A person in the shown picture, with the size of the label. */
export interface LabelledPerson {
  key: string;
  box: Rect;
  label: Size;
  /** Those with more weight choose first. */
  weight: number;
}

/** A zone's outline in the shown picture, with the size of its name. */
export interface LabelledZone {
  key: string;
  outline: readonly (readonly [number, number])[];
  label: Size;
}

/** Where labels were placed, by key: the number of the place among the possible ones. */
export type Places = ReadonlyMap<string, number>;

export interface PlacedLabel extends Rect {
  key: string;
}

/** People who are shown smaller get no label: it would be larger than the person. Pixels. */
const LEAST_HEIGHT = 36;
const LEAST_WIDTH = 14;
const GAP = 2;
/** The head of a standing person, as shares of the box: at the top, in the middle. */
const HEAD = { width: 0.75, height: 0.28 };
/** What a label costs per pixel of another person that it covers, against one place further down the list. */
const COVERED = 0.02;

/** The part of a person's box that no label may cover. */
export function headOf({ x, y, width, height }: Rect): Rect {
  // A wide box is a person who lies: the head may be at either end.
  if (width > height) return { x, y, width, height };
  const across = width * HEAD.width;
  return { x: x + (width - across) / 2, y, width: across, height: height * HEAD.height };
}

const overlap = (a: Rect, b: Rect): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const isIn = (label: Rect, area: Rect): boolean =>
  label.x >= area.x - 0.01 &&
  label.y >= area.y - 0.01 &&
  label.x + label.width <= area.x + area.width + 0.01 &&
  label.y + label.height <= area.y + area.height + 0.01;

/** The possible places of a person's label, best first: above, below, beside, at the feet. */
function placesOf({ box, label }: LabelledPerson, area: Rect): Rect[] {
  const { x, y, width, height } = box;
  const within = (left: number): number =>
    Math.min(Math.max(left, area.x), area.x + area.width - label.width);
  const at = (left: number, top: number): Rect => ({ x: left, y: top, ...label });
  const [above, below] = [y - label.height - GAP, y + height + GAP];
  const [right, left] = [x + width + GAP, x - label.width - GAP];
  return [
    at(within(x - 1), above),
    at(within(x + width - label.width + 1), above),
    at(right, y),
    at(left, y),
    at(within(x - 1), below),
    at(within(x + width - label.width + 1), below),
    at(right, y + height / 2),
    at(left, y + height / 2),
    at(within(x + (width - label.width) / 2), y + height - label.height - GAP),
    at(within(x + (width - label.width) / 2), y + height / 2),
  ];
}

/** Corners of the outline and the middles of its edges, the name above, below or beside. */
function placesOfZone({ outline, label }: LabelledZone): Rect[] {
  const points = outline.flatMap(([x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length] ?? [x, y];
    return [
      [x, y],
      [(x + nextX) / 2, (y + nextY) / 2],
    ] as const;
  });
  const highFirst = points.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  return highFirst.flatMap(([x, y]) => [
    { x: x - label.width / 2, y: y - label.height - GAP, ...label },
    { x: x - label.width / 2, y: y + GAP, ...label },
    { x: x + GAP, y: y - label.height / 2, ...label },
    { x: x - label.width - GAP, y: y - label.height / 2, ...label },
  ]);
}

interface Candidates {
  key: string;
  places: readonly Rect[];
  isAllowed: (place: Rect) => boolean;
  /** Beside the number in the list. */
  costOf: (place: Rect) => number;
}

/** Index of the best place: that of the frame before, where it is possible; -1 for none. */
function best({ places, isAllowed, costOf }: Candidates, last: number | undefined): number {
  const kept = last === undefined ? undefined : places[last];
  if (kept && last !== undefined && isAllowed(kept)) return last;
  let chosen = -1;
  let least = Number.POSITIVE_INFINITY;
  places.forEach((place, n) => {
    if (n >= least || !isAllowed(place)) return;
    const cost = n + costOf(place);
    if (cost >= least) return;
    least = cost;
    chosen = n;
  });
  return chosen;
}

/**
 * Places labels in a picture: none covers another label or a head, and all are inside of `area`. A label
 * that has no such place is left out. A place is kept from frame to frame as long as it is possible.
 *
 * @param before the places of the frame before.
 * @returns the labels to draw, and the places for the next frame. All in pixels of the shown picture.
 */
export function placeLabels(
  people: readonly LabelledPerson[],
  zones: readonly LabelledZone[],
  area: Rect,
  before: Places,
): { labels: PlacedLabel[]; places: Map<string, number> } {
  const heads = people.map(({ box }) => headOf(box));
  const labels: PlacedLabel[] = [];
  const places = new Map<string, number>();
  const isFree = (place: Rect): boolean =>
    isIn(place, area) &&
    heads.every((head) => overlap(head, place) === 0) &&
    labels.every((label) => overlap(label, place) === 0);
  const place = (candidates: Candidates): void => {
    const { key } = candidates;
    const chosen = best(candidates, before.get(key));
    const rect = candidates.places[chosen];
    if (!rect) return;
    labels.push({ key, ...rect });
    places.set(key, chosen);
  };

  const readable = people.filter(
    ({ box }) => box.height >= LEAST_HEIGHT && box.width >= LEAST_WIDTH,
  );
  for (const person of readable.toSorted((a, b) => b.weight - a.weight || compare(a.key, b.key))) {
    const others = people.filter(({ key }) => key !== person.key);
    place({
      key: person.key,
      places: placesOf(person, area),
      isAllowed: isFree,
      costOf: (rect) => others.reduce((sum, { box }) => sum + COVERED * overlap(box, rect), 0),
    });
  }
  for (const zone of zones) {
    place({
      key: zone.key,
      places: placesOfZone(zone),
      // A name moves away rather than to stand on a person.
      isAllowed: (rect) => isFree(rect) && people.every(({ box }) => overlap(box, rect) === 0),
      costOf: () => 0,
    });
  }
  return { labels, places };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
