import type { BadgeLocation, FloorPlan } from '$lib/api/types.ts';

/** Badges without a position for this long are not drawn. */
const forgottenAfter = 5 * 60_000;
/** From this age on a position is drawn as uncertain. */
const staleAfter = 15_000;
const sameTime = 5_000;

export interface PlacedBadge {
  id: string;
  point: readonly [number, number];
  /** Metres. */
  accuracy: number;
  /** Somewhere in the field of a reader, and not at a point. */
  isZone: boolean;
  stale: boolean;
}

/** The badges that are on a plan, each once. Where it is, the API says. */
export function badgesOn(
  plan: FloorPlan,
  locations: readonly BadgeLocation[],
  now: number,
): PlacedBadge[] {
  const best = new Map<string, BadgeLocation>();
  for (const location of locations) {
    if (location.place?.floorPlan !== plan.id) continue;
    if (now - Date.parse(location.timestamp_generated) > forgottenAfter) continue;
    const known = best.get(location.provider_id);
    if (!known || tellsMore(location, known)) best.set(location.provider_id, location);
  }
  return [...best.values()].flatMap(({ place, provider_id: id, timestamp_generated: at }) =>
    place
      ? [
          {
            id,
            point: [place.position[0] ?? 0, place.position[1] ?? 0] as const,
            accuracy: place.radius,
            isZone: place.isZone,
            stale: now - Date.parse(at) > staleAfter,
          },
        ]
      : [],
  );
}

/**
 * A badge may have two positions: from a portal, and a fix. Of two from about the same time the
 * more accurate one is shown, else the newer one.
 */
function tellsMore(one: BadgeLocation, other: BadgeLocation): boolean {
  const later = Date.parse(one.timestamp_generated) - Date.parse(other.timestamp_generated);
  if (Math.abs(later) > sameTime) return later > 0;
  return (
    (one.place?.radius ?? Number.POSITIVE_INFINITY) <
    (other.place?.radius ?? Number.POSITIVE_INFINITY)
  );
}
