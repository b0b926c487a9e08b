import type { Box, Observation } from '@anshi/contracts';
import type { Sighting, SightingsInput } from '../identify/input.ts';

/** A step between two frames as a share of a person's height: so near to the edge one may be gone in the next frame. */
const STEP = 0.15;

/** Whether a person is at an edge where people go out of the picture; above it they only reach with their heads. */
export function isAtEdge(
  [left, top, right, bottom]: Box,
  [width, height]: readonly [number, number],
): boolean {
  const margin = STEP * (bottom - top);
  return left < margin || right > width - margin || bottom > height - margin;
}

/**
 * The people of a frame whom its camera can place on the floor.
 *
 * @param at stream clock, ms.
 */
export function sightingsOf(
  camera: string,
  at: number,
  { people, width, height }: Pick<Observation, 'people' | 'width' | 'height'>,
): SightingsInput {
  return {
    kind: 'sightings',
    camera,
    at,
    people: people.flatMap(({ track, box, floor, floorDeviation, floorCovariance }): Sighting[] => {
      if (!floor) return [];
      // Recorded before there was a covariance: the same along both axes.
      const variance = (floorDeviation ?? 1) ** 2;
      const covariance = floorCovariance ?? ([variance, 0, variance] as const);
      return [{ track, floor, covariance, box, isCut: isAtEdge(box, [width, height]) }];
    }),
  };
}
