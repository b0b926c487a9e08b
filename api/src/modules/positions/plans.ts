import type { FloorPlanConfig } from '@anshi/contracts';

/** Site, and width and depth in metres, of floor plans by id. */
export type PlanSizes = ReadonlyMap<string, { site: string; size: readonly number[] }>;

/** The plans of all sites by id. Two sites with a plan of the same name: the first one has it. */
export function sizesOf(
  sites: readonly { id: string; floorPlans: readonly FloorPlanConfig[] }[],
): PlanSizes {
  const sizes = new Map<string, { site: string; size: readonly number[] }>();
  for (const { id: site, floorPlans } of sites) {
    for (const { id, size } of floorPlans) if (!sizes.has(id)) sizes.set(id, { site, size });
  }
  return sizes;
}
