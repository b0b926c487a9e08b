import type { Box } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { Sighting } from './input.ts';

/** Least share of a box's area within another box for the first to count as inside it. */
const INSIDE = 0.9;

/**
 * Boxes that are new in this frame and inside another person's box. Detectors sometimes return an upper body as a second person,
 * beside the whole person or instead of it; a box that is found again in the next frame is a person.
 */
export function partsOf(
  people: readonly Sighting[],
  tracks: ReadonlyMap<string, { readonly last: Sighting }>,
): Sighting[] {
  return people.filter(({ track, box }) => {
    if (!box || tracks.has(track)) return false;
    const isIn = (whole: Box | undefined) =>
      whole !== undefined && sharedArea(box, whole) >= INSIDE * boxArea(box);
    return (
      [...tracks.values()].some(({ last }) => isIn(last.box)) ||
      people.some(
        (other) =>
          isIn(other.box) && (tracks.has(other.track) || boxArea(other.box!) > boxArea(box)),
      )
    );
  });
}
