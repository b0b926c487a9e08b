import type { FloorPlanConfig, Location } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { type KnownPlaces, placeOf, RADIUS_95 } from '../positions/places.ts';
import { areasAt, type PlanArea } from './areas.ts';
import { type FixPlace, MOST_EXCUSED } from './judge.ts';

/** What places of fixes depend on. */
export interface Ground extends KnownPlaces {
  /** By id of the floor plan. */
  readonly sizes: ReadonlyMap<string, { site: string; size: readonly number[] }>;
  readonly areas: readonly PlanArea[];
}

/** A fix so far outside of a plan may be inside, metres. */
const EDGE_METRES = 3;
/** Of a fix by GPS that does not say how accurate it is, metres. */
const GPS_RADIUS = 25;

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

/** The plans of all sites by id. Two sites with a plan of the same name: the first one has it. */
export function sizesOf(
  sites: readonly { id: string; floorPlans: readonly FloorPlanConfig[] }[],
): Ground['sizes'] {
  const sizes = new Map<string, { site: string; size: readonly number[] }>();
  for (const { id: site, floorPlans } of sites) {
    for (const { id, size } of floorPlans) if (!sizes.has(id)) sizes.set(id, { site, size });
  }
  return sizes;
}

/**
 * @returns null where it is not known: a reader without a place gives no position, and what may be anywhere on the plan
 *   is none.
 */
export function groundPlace(location: Location, ground: Ground): FixPlace | null {
  const { crs, position, accuracy, source } = location;
  const [x, y] = position.coordinates;
  if (crs === 'EPSG:4326') {
    const radius = accuracy ?? GPS_RADIUS;
    return {
      floorPlan: null,
      x,
      y,
      radius,
      isOff: false,
      area: null,
      areas: [],
      isOut: false,
    };
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
  const { within, maybe } = areasAt(ground.areas, floorPlan, at, radius);
  const [head = ''] = source.split('/');
  const reader = ground.readers.get(source) ?? ground.readers.get(head);
  return {
    floorPlan,
    x: at[0],
    y: at[1],
    radius,
    isOff,
    area: within,
    areas: maybe,
    isOut: reader?.isExit === true,
  };
}
