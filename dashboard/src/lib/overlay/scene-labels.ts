import type { TrackedPerson } from '@anshi/contracts';
import { drawLabel, filmColours, nameSize, personLabel, standing } from './draw.ts';
import { mapBox, mapPoint, type Rect, type Size } from './geometry.ts';
import { type Places, placeLabels } from './labels.ts';

/** A zone or line with the name to show. */
export interface NamedOutline {
  id: string;
  name: string;
  points: readonly (readonly number[])[];
}

/** People who break a rule are labelled first, then the larger ones. */
const VIOLATION_WEIGHT = 1e9;

/**
 * Draws the labels of people, zones and lines over a picture, where they cover neither each other nor a
 * head.
 *
 * @param before the places of the frame before.
 * @returns the places for the next frame.
 */
export function drawLabels(
  ctx: CanvasRenderingContext2D,
  scene: {
    people: readonly TrackedPerson[];
    /** Of people who are confirmed by their badges, by track; null where the viewer may not know the name. */
    names: ReadonlyMap<string, string | null>;
    /** Of the boxes of people. */
    seen: Size;
    outlines: readonly NamedOutline[];
    /** Of the outlines. */
    picture: Size;
    shown: Rect;
  },
  before: Places,
): Places {
  const { people, names, seen, outlines, picture, shown } = scene;
  const drawings = new Map<string, (x: number, y: number) => void>();
  const labelled = people.map((person) => {
    const box = mapBox(person.box, seen, shown);
    const { size, draw } = personLabel(ctx, person, names.get(person.track));
    const key = `person:${person.track}`;
    drawings.set(key, (x, y) => draw(ctx, x, y));
    const weight =
      (standing(person) === 'violation' ? VIOLATION_WEIGHT : 0) + box.width * box.height;
    return { key, box, label: size, weight };
  });
  const named = outlines.map(({ id, name, points }) => {
    const key = `outline:${id}`;
    drawings.set(key, (x, y) => drawLabel(ctx, name, x, y + 16, filmColours.zone));
    const outline = points.map((point) => mapPoint(point, picture, shown));
    return { key, outline, label: nameSize(ctx, name) };
  });
  const { labels, places } = placeLabels(labelled, named, shown, before);
  for (const { key, x, y } of labels) drawings.get(key)?.(x, y);
  return places;
}
