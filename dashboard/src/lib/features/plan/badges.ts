import type { BadgeLocation, Camera, FloorPlan } from '$lib/api/types.ts';

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
  stale: boolean;
}

/**
 * The badges on a plan. A location has a floor plan, or a zone of one of its cameras, as its
 * source; locations with another source are shown only where there is one plan.
 */
export function badgesOn(
  plan: FloorPlan,
  plans: readonly FloorPlan[],
  cameras: readonly Camera[],
  locations: readonly BadgeLocation[],
  now: number,
): PlacedBadge[] {
  const planOfZone = new Map(
    cameras.flatMap((camera) => camera.zones.map((zone) => [zone.id, camera.floorPlan] as const)),
  );
  const planIds = new Set(plans.map((other) => other.id));
  const here = locations.filter((location) => {
    if (location.crs !== 'local') return false;
    if (now - Date.parse(location.timestamp_generated) > forgottenAfter) return false;
    const named = planIds.has(location.source) ? location.source : planOfZone.get(location.source);
    return named ? named === plan.id : plans.length === 1;
  });
  const best = new Map<string, BadgeLocation>();
  for (const location of here) {
    const known = best.get(location.provider_id);
    if (!known || tellsMore(location, known)) best.set(location.provider_id, location);
  }
  return [...best.values()].map((location) => ({
    id: location.provider_id,
    point: [location.position.coordinates[0] ?? 0, location.position.coordinates[1] ?? 0],
    accuracy: location.accuracy ?? 0,
    stale: now - Date.parse(location.timestamp_generated) > staleAfter,
  }));
}

/**
 * A badge may have two positions: from a portal, and a fix. Of two from about the same time the
 * more accurate one is shown, else the newer one.
 */
function tellsMore(one: BadgeLocation, other: BadgeLocation): boolean {
  const later = Date.parse(one.timestamp_generated) - Date.parse(other.timestamp_generated);
  if (Math.abs(later) > sameTime) return later > 0;
  return (one.accuracy ?? Number.POSITIVE_INFINITY) < (other.accuracy ?? Number.POSITIVE_INFINITY);
}
