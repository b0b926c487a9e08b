import type { CamerasConfiguration } from './configuration.ts';

export type KnownCamera = CamerasConfiguration['file']['cameras'][number];

/**
 * The cameras of the place of an incident: those that look at one of its areas, as a whole or by a zone. Where no area is
 * named, those of the floor plans of its own cameras.
 *
 * @param own ids of the cameras that recorded it; they are part of the answer.
 */
export function lookingAt(
  cameras: readonly KnownCamera[],
  { areas, own }: { areas: readonly string[]; own: ReadonlySet<string> },
): KnownCamera[] {
  const plans = cameras.flatMap(({ id, floorPlan }) =>
    own.has(id) && floorPlan !== undefined ? [floorPlan] : [],
  );
  const isThere = ({ area, zones, floorPlan }: KnownCamera): boolean =>
    areas.length > 0
      ? [area, ...zones.map((zone) => zone.area)].some(
          (one) => one !== undefined && areas.includes(one),
        )
      : floorPlan !== undefined && plans.includes(floorPlan);
  return cameras.filter((camera) => own.has(camera.id) || isThere(camera));
}
