import type { Location, PositionFix } from '@anshi/contracts';
import { type EarthPlan, earthPlace } from './earth.ts';

/** Where a reader, an antenna or a locating system is. */
export interface ReaderPlace {
  floorPlan: string;
  /** Of a reader of badges, its field in metres of the plan; null for a system that gives positions. */
  field: { centre: [x: number, y: number]; radius: number } | null;
  /** A way out of the site: who was read there last has left. */
  isExit?: boolean;
  /** Who is read passes here: a read is an area and a time, and no point. */
  isPortal?: boolean;
  /** The area that a read of a portal stands for; null or left out: the one around it. */
  area?: string | null;
}

export interface KnownPlaces {
  /** Ids of the floor plans of all sites. */
  plans: ReadonlySet<string>;
  /** By `source` of their locations. */
  readers: ReadonlyMap<string, ReaderPlace>;
  /** Plans to which places on the earth are brought. */
  earth: readonly EarthPlan[];
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
 *   on a plan that has reference points alone.
 */
export function placeOf(location: Location, { plans, readers, earth }: KnownPlaces): Placed | null {
  if (location.crs !== 'local') {
    const place = earthPlace(location, earth);
    if (!place || place.isOff) return null;
    const { floorPlan, position, radius } = place;
    return { floorPlan, position, accuracy: deviationOf(radius), isZone: false };
  }
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
  const radius = accuracy ?? UNKNOWN_DEVIATION * RADIUS_95;
  return { floorPlan, position: [x, y], accuracy: deviationOf(radius), isZone: false };
}

const deviationOf = (radius: number) =>
  Math.max(LEAST_DEVIATION, Math.round((radius / RADIUS_95) * 1000) / 1000);
