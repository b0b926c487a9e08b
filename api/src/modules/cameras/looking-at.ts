import type { CamerasConfiguration } from './configuration.ts';

export type KnownCamera = CamerasConfiguration['file']['cameras'][number];

/** The cameras that look at one of the areas, as a whole or by a zone. */
export const lookingAt = (
  cameras: readonly KnownCamera[],
  areas: readonly string[],
): KnownCamera[] =>
  cameras.filter(({ area, zones }) =>
    [area, ...zones.map((zone) => zone.area)].some(
      (one) => one !== undefined && areas.includes(one),
    ),
  );
