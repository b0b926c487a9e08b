import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { holdSite } from './repository.ts';

/**
 * A site that was removed gets no further records. One that the register names already need not be on record:
 * the register may be older than the sites.
 *
 * @throws Problem where there is no such site, or it has no such floor plan.
 */
export async function siteNamed(
  tx: Transaction,
  { site, floorPlan = null }: { site: string | null; floorPlan?: string | null },
  camerasFrom: 'file' | 'database',
): Promise<void> {
  if (site === null) return;
  const found = await holdSite(tx, site);
  if (!found) {
    const where = { site };
    if ((await tx.area.count({ where })) + (await tx.department.count({ where })) > 0) return;
    throw new Problem('site.unknown', `There is no site ${site}.`);
  }
  // With a file the plans are those of the file.
  if (floorPlan === null || camerasFrom === 'file' || found.includes(floorPlan)) return;
  throw new Problem('floor-plan.unknown', `The site ${site} has no floor plan ${floorPlan}.`);
}
