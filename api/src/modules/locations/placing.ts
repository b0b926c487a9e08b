import type { Location } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { earthPlace, GPS_RADIUS } from '../positions/earth.ts';
import { type KnownPlaces, placeOf, RADIUS_95 } from '../positions/places.ts';
import type { PlanSizes } from '../positions/plans.ts';
import { areasAt, type PlanArea } from './areas.ts';
import { type FixPlace, MOST_EXCUSED } from './judge.ts';

/** What places of fixes depend on. */
export interface Ground extends KnownPlaces {
  /** By id of the floor plan. */
  readonly sizes: PlanSizes;
  readonly areas: readonly PlanArea[];
}

/** A fix so far outside of a plan may be inside, metres. */
const EDGE_METRES = 3;

/** The outlines of the areas that have one. */
export async function readAreas(tx: Transaction): Promise<PlanArea[]> {
  const rows = await tx.area.findMany({
    where: { active: true, floorPlan: { not: null } },
    select: { id: true, floorPlan: true, polygon: true },
  });
  return rows.flatMap(({ id, floorPlan, polygon }) =>
    floorPlan === null || !Array.isArray(polygon)
      ? []
      : [{ id, floorPlan, polygon: polygon as unknown as PlanArea['polygon'] }],
  );
}

/**
 * @returns null where it is not known: a reader without a place gives no position, and what may be anywhere on the plan
 *   is none.
 */
export function groundPlace(location: Location, ground: Ground): FixPlace | null {
  const { crs, position, accuracy, source } = location;
  const [x, y] = position.coordinates;
  if (crs === 'EPSG:4326') {
    const onPlan = earthPlace(location, ground.earth);
    if (!onPlan) return onEarth(x, y, accuracy ?? GPS_RADIUS);
    const { floorPlan, position: at, radius, isOff } = onPlan;
    const { within, maybe } = areasAt(ground.areas, floorPlan, at, radius);
    const place = { floorPlan, x: at[0], y: at[1], radius, isOff, isOut: false, isEarth: true };
    return { ...place, area: within, areas: maybe };
  }
  const placed = placeOf(location, ground);
  if (!placed) return null;
  const { floorPlan, position: at, isZone } = placed;
  const radius = isZone ? placed.accuracy : placed.accuracy * RADIUS_95;
  const plan = ground.sizes.get(floorPlan);
  if (!isZone && radius > MOST_EXCUSED.plan) return null;
  const margin = Math.max(EDGE_METRES, Math.min(radius, MOST_EXCUSED.plan));
  const isOff =
    plan !== undefined &&
    at.some((value, i) => value < -margin || value > (plan.size[i] ?? 0) + margin);
  const [head = ''] = source.split('/');
  const reader = ground.readers.get(source) ?? ground.readers.get(head);
  const { within, maybe } = reader?.area
    ? { within: reader.area, maybe: [reader.area] }
    : areasAt(ground.areas, floorPlan, at, radius);
  return {
    floorPlan,
    x: at[0],
    y: at[1],
    radius,
    isOff,
    area: within,
    areas: maybe,
    isOut: reader?.isExit === true,
    isZone,
    isPortal: reader?.isPortal === true,
  };
}

/** A place in degrees, where no plan has reference points. */
const onEarth = (x: number, y: number, radius: number): FixPlace => ({
  floorPlan: null,
  x,
  y,
  radius,
  isOff: false,
  area: null,
  areas: [],
  isOut: false,
});
