import type { Transaction } from '../../platform/db/database.ts';
import type { ReturnedCamera } from './config-schema.ts';
import { findSites } from './sites/rows.ts';
import type { KnownCamera } from './stored.ts';

/** The floor plan that a calibration was made for. */
export interface CalibratedPlan {
  site: string;
  size: readonly number[];
  /** The uploaded file, or the name beside cameras.yaml. */
  picture: string | null;
}

/** The floor plan of a camera as it is now; null where it has none. */
export async function planOf(
  tx: Transaction,
  { site, floorPlan }: Pick<KnownCamera, 'site' | 'floorPlan'>,
): Promise<CalibratedPlan | null> {
  const found = (await findSites(tx)).find(({ id }) => id === site);
  const plan = found?.floorPlans.find(({ id }) => id === floorPlan);
  return plan ? { site, size: plan.size, picture: plan.picture?.file ?? plan.image ?? null } : null;
}

/**
 * A camera without what is not there any more: its floor plan, areas, and a calibration that was made for a plan
 * of another size or picture, by which every position would be wrong.
 */
export async function placed(
  tx: Transaction,
  { floorPlan, calibration, area, zones, ...rest }: KnownCamera,
  calibratedOn: CalibratedPlan | null,
): Promise<{ config: KnownCamera; dropped: ReturnedCamera['dropped'] }> {
  const plan = await planOf(tx, { site: rest.site, floorPlan });
  const isSame = plan !== null && calibratedOn !== null && named(plan) === named(calibratedOn);
  const wanted = [area, ...zones.map((zone) => zone.area)].filter((id) => id !== undefined);
  const rows = await tx.area.findMany({ where: { id: { in: wanted } }, select: { id: true } });
  const has = (id: string | undefined) => rows.some((row) => row.id === id);
  const config: KnownCamera = {
    ...rest,
    ...(plan && floorPlan !== undefined && { floorPlan }),
    ...(isSame && calibration && { calibration }),
    ...(has(area) && area !== undefined && { area }),
    zones: zones.map(({ area: zoneArea, ...zone }) =>
      zoneArea !== undefined && has(zoneArea) ? { ...zone, area: zoneArea } : zone,
    ),
  };
  const dropped: ReturnedCamera['dropped'] = [];
  if (floorPlan !== undefined && !config.floorPlan) dropped.push('floor-plan');
  if (calibration && !config.calibration) dropped.push('calibration');
  if (area !== undefined && !config.area) dropped.push('area');
  if (zones.some((zone) => zone.area !== undefined && !has(zone.area))) dropped.push('zone-area');
  return { config, dropped };
}

/** The database keeps an order of its own of what a record holds. */
const named = ({ site, size, picture }: CalibratedPlan) => JSON.stringify([site, size, picture]);
