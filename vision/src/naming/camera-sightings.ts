import type { Observation } from '@anshi/contracts';
import type { Sighting, SightingsInput } from '../identify/input.ts';

/**
 * The people of a frame whom its camera can place on the floor.
 *
 * @param at stream clock, ms.
 */
export function sightingsOf(
  camera: string,
  at: number,
  { people }: Pick<Observation, 'people'>,
): SightingsInput {
  return {
    kind: 'sightings',
    camera,
    at,
    people: people.flatMap(({ track, box, floor, floorDeviation, floorCovariance }): Sighting[] => {
      if (!floor) return [];
      // Recorded before there was a covariance: the same along both axes.
      const variance = (floorDeviation ?? 1) ** 2;
      return [{ track, floor, covariance: floorCovariance ?? [variance, 0, variance], box }];
    }),
  };
}
