import type { Box } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { Sighting } from './input.ts';

/** A box is inside of another one from this share of its area on. */
const INSIDE = 0.9;

/**
 * Those who are new in this frame and inside of the box of one who was there before. A detector takes an upper body for
 * a person now and then, beside the person or in their place; who is still there in the next frame is one.
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
