import type { Location } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { fitGround, type ReferencePoint } from './ground-fit.ts';

/** A floor plan to which places on the earth are brought. */
export interface EarthPlan {
  readonly floorPlan: string;
  /** Width and depth, metres. */
  readonly size: readonly number[];
  toPlan(longitude: number, latitude: number): [x: number, y: number];
  /** Error of its reference points, metres RMS. */
  readonly rms: number;
}

/** A fix by GPS that does not say how accurate it is has this radius, metres. */
export const GPS_RADIUS = 25;
/** A fix with a larger radius gives no place, metres. */
const MOST_RADIUS = 200;
/** So far outside of a plan a fix may be inside: its error, within these, metres. */
const [LEAST_MARGIN, MOST_MARGIN] = [3, 50];

/** The plans that have reference points, of those that are there now. */
export async function readEarthPlans(
  tx: Transaction,
  sizes: ReadonlyMap<string, { size: readonly number[] }>,
): Promise<EarthPlan[]> {
  const rows = await tx.planReference.findMany({ orderBy: { floorPlan: 'asc' } });
  return rows.flatMap(({ floorPlan, points }) => {
    const size = sizes.get(floorPlan)?.size;
    const fit = fitGround(points as unknown as ReferencePoint[]);
    return size && fit.state === 'fitted' ? [{ floorPlan, size, ...fit }] : [];
  });
}

/**
 * Brings a fix on the earth to a plan: to the smallest one that it may be on, or else the nearest one, as off the plan.
 *
 * @returns null where no plan has reference points, or the fix is too inaccurate for any.
 */
export function earthPlace(
  { position, accuracy }: Pick<Location, 'position' | 'accuracy'>,
  plans: readonly EarthPlan[],
): { floorPlan: string; position: [x: number, y: number]; radius: number; isOff: boolean } | null {
  const own = accuracy ?? GPS_RADIUS;
  if (own > MOST_RADIUS) return null;
  const [longitude, latitude] = position.coordinates;
  const found = plans.map(({ floorPlan, size, toPlan, rms }) => {
    const at = toPlan(longitude, latitude);
    const beyond = at.map((value, i) => Math.max(0, -value, value - (size[i] ?? 0)));
    const radius = Math.hypot(own, rms);
    const metres = Math.hypot(...beyond);
    const isOff = metres > Math.max(LEAST_MARGIN, Math.min(radius, MOST_MARGIN));
    return {
      floorPlan,
      position: at,
      radius,
      isOff,
      metres,
      area: (size[0] ?? 0) * (size[1] ?? 0),
    };
  });
  const order = (a: (typeof found)[number], b: (typeof found)[number]) =>
    Number(a.isOff) - Number(b.isOff) ||
    // Inside of one counts more than beside another.
    Number(a.metres > 0) - Number(b.metres > 0) ||
    (a.metres > 0 ? a.metres - b.metres : a.area - b.area);
  const [best] = found.sort(order);
  if (!best) return null;
  const { metres: _, area: __, ...place } = best;
  return place;
}
