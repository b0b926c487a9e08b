import type { Location, PositionFix } from '@anshi/contracts';

/** Where a reader, an antenna or a locating system is. */
export interface ReaderPlace {
  floorPlan: string;
  /** Of a reader of badges, its field in metres of the plan; null for a system that gives positions. */
  field: { centre: [x: number, y: number]; radius: number } | null;
  /** A way out of the site: who was read there last has left. */
  isExit?: boolean;
}

export interface KnownPlaces {
  /** Ids of the floor plans of all sites. */
  plans: ReadonlySet<string>;
  /** By `source` of their locations. */
  readers: ReadonlyMap<string, ReaderPlace>;
}

/** A position on a floor plan, as workers are told of it. */
export type Placed = Pick<PositionFix, 'position' | 'accuracy' | 'isZone'> & { floorPlan: string };

/** The radius of a fix holds 95 % of them: so many standard deviations along an axis of a round error. */
export const RADIUS_95 = 2.45;
/** Of a system that does not say how accurate it is, and the best that is believed, metres. */
const [UNKNOWN_DEVIATION, LEAST_DEVIATION] = [1, 0.05];

/**
 * Where a fix is on a floor plan: a read of a reader with a place is a zone there, whatever coordinates it
 * has; others are on the plan that their source names, or is known to be on.
 *
 * @returns null where that is not known: a reader without a place gives no position, and a fix by GPS is
 *   not on a plan.
 */
export function placeOf(location: Location, { plans, readers }: KnownPlaces): Placed | null {
  if (location.crs !== 'local') return null;
  const { source, accuracy, provider_type: technique, position } = location;
  const [head = ''] = source.split('/');
  const reader = readers.get(source) ?? readers.get(head);
  if (reader?.field) {
    const { centre, radius } = reader.field;
    return { floorPlan: reader.floorPlan, position: centre, accuracy: radius, isZone: true };
  }
  const floorPlan = reader?.floorPlan ?? [source, head].find((one) => plans.has(one));
  if (floorPlan === undefined) return null;
  // A read says that the badge was near the antenna, and not where that is.
  if (technique === 'rfid' && accuracy === undefined) return null;
  const [x, y] = position.coordinates;
  const deviation = accuracy === undefined ? UNKNOWN_DEVIATION : accuracy / RADIUS_95;
  return {
    floorPlan,
    position: [x, y],
    accuracy: Math.max(LEAST_DEVIATION, Math.round(deviation * 1000) / 1000),
    isZone: false,
  };
}
