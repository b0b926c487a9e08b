import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomOf } from '@anshi/contracts/testing/random';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Person {
  readonly key: string;
  readonly box: Rect;
  readonly label: { readonly width: number; readonly height: number };
  readonly weight: number;
}
type Places = ReadonlyMap<string, number>;
/** `placeLabels` of the dashboard, which is a project of its own. */
export type PlaceLabels = (
  people: readonly Person[],
  zones: readonly [],
  area: Rect,
  before: Places,
) => { labels: readonly (Rect & { key: string })[]; places: Places };

export async function placeLabelsOfDashboard(): Promise<PlaceLabels> {
  const file = resolve(import.meta.dirname, '../../../dashboard/src/lib/overlay/labels.ts');
  const { placeLabels } = (await import(pathToFileURL(file).href)) as { placeLabels: PlaceLabels };
  return placeLabels;
}

/** Of a standing person, as shares of the box: where the head is, without the hat's rim. */
const HEAD = { width: 0.5, height: 0.18 };
const headOf = ({ x, y, width, height }: Rect): Rect => ({
  x: x + (width * (1 - HEAD.width)) / 2,
  y,
  width: width * HEAD.width,
  height: height * HEAD.height,
});

/** More than a rounding. */
const LEAST_OVERLAP = 0.01;
const isOver = (a: Rect, b: Rect): boolean =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > LEAST_OVERLAP &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > LEAST_OVERLAP;

/** Labels that cover another label or the head of a standing person. */
export const coveringLabels = (labels: readonly Rect[], people: readonly Rect[]): number =>
  labels.filter(
    (label, n) =>
      labels.some((other, m) => m !== n && isOver(label, other)) ||
      people.some((box) => isOver(label, headOf(box))),
  ).length;

const AREA = { width: 640, height: 360 };
const [CROWDS, FRAMES] = [40, 25];

/** People of a picture, frame by frame, px of the tile: they keep their key. */
export interface Crowd {
  readonly area: { readonly width: number; readonly height: number };
  readonly frames: readonly (readonly Omit<Person, 'weight'>[])[];
}

/** Crowds of 4 to 40 people who walk through each other. */
export function crowdsOf(seed: string): Crowd[] {
  const random = randomOf(`crowds ${seed}`);
  return Array.from({ length: CROWDS }, (_, crowd) => {
    const walkers = Array.from({ length: 4 + (crowd % 37) }, (_, n) => {
      // Who stands further down in the picture is nearer and larger.
      const height = random.between(24, 200);
      return {
        key: `person:${n}`,
        x: random.between(-20, AREA.width - 20),
        y: Math.min(AREA.height - 10, 60 + height * random.between(0.4, 1)),
        height,
        width: height * random.between(0.3, 0.45),
        speed: random.between(-6, 6),
        label: { width: random.between(30, 95), height: 16 },
      };
    });
    const frames = Array.from({ length: FRAMES }, (_, frame) =>
      walkers.map(({ key, x, y, width, height, speed, label }) => ({
        key,
        box: { x: x + speed * frame, y: y - height / 2, width, height },
        label,
      })),
    );
    return { area: AREA, frames };
  });
}

/**
 * Labels of crowds, frame by frame.
 *
 * @returns labels that were placed, those that cover something, and people who could have one (36 px high and more).
 */
export function labelsInCrowds(
  place: PlaceLabels,
  crowds: readonly Crowd[],
): { people: number; placed: number; covered: number } {
  const sum = { people: 0, placed: 0, covered: 0 };
  for (const { area, frames } of crowds) {
    let places: Places = new Map();
    for (const frame of frames) {
      const people = frame.map((one) => ({ ...one, weight: one.box.width * one.box.height }));
      const placed = place(people, [], { x: 0, y: 0, ...area }, places);
      places = placed.places;
      sum.people += people.filter(({ box }) => box.height >= 36).length;
      sum.placed += placed.labels.length;
      sum.covered += coveringLabels(
        placed.labels,
        people.map(({ box }) => box),
      );
    }
  }
  return sum;
}
