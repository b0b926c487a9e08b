import type { Bilingual, FloorPlanConfig, SiteConfig } from '@anshi/contracts';
import { Prisma } from '../../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../../platform/db/database.ts';

/** A picture that was uploaded in the app, in pixels. */
export interface PlanPicture {
  /** Its file, attached to the plan. */
  file: string;
  width: number;
  height: number;
}

/** A floor plan on record. `image` lies beside cameras.yaml; an uploaded picture goes before it. */
export type StoredFloorPlan = FloorPlanConfig & { picture?: PlanPicture };
export type KnownSite = Omit<SiteConfig, 'floorPlans'> & { floorPlans: StoredFloorPlan[] };

export interface SiteRow extends KnownSite {
  version: number;
  updatedAt: Date;
  /** Null where it is as the file seeded it. */
  updatedByName: Bilingual | null;
}

/** The sites on record, with their floor plans, by id. */
export async function findSites(tx: Transaction): Promise<SiteRow[]> {
  return (await tx.site.findMany({ orderBy: { id: 'asc' } })) as unknown as SiteRow[];
}

/** As cameras.yaml and workers know a site: an uploaded picture is no part of it. */
export const asConfig = ({ id, name, floorPlans }: KnownSite): SiteConfig => ({
  id,
  name,
  floorPlans: floorPlans.map(({ picture: _, ...plan }) => plan),
});

/** The columns of a site that cameras.yaml gives. */
const columns = ({ name, floorPlans }: SiteConfig) => ({ name, floorPlans });

/** Stores the sites of a file that is followed. */
export async function saveSites(
  tx: Transaction,
  tenantId: string,
  sites: readonly SiteConfig[],
): Promise<void> {
  for (const site of sites) {
    await tx.site.upsert({
      where: { tenantId_id: { tenantId, id: site.id } },
      create: { tenantId, id: site.id, ...columns(site) },
      update: columns(site),
    });
  }
}

/**
 * Puts each site of the file on record once, and remembers that: what was changed or removed in the app since
 * then stays as it is. A site of before sites could be changed in the app is taken from the file once more.
 */
export async function seedSites(
  tx: Transaction,
  tenantId: string,
  sites: readonly SiteConfig[],
): Promise<void> {
  const ids = sites.map(({ id }) => id);
  const seeded = await tx.siteSeed.findMany({ where: { id: { in: ids } } });
  const news = sites.filter(({ id }) => !seeded.some((one) => one.id === id));
  for (const site of news) {
    const { id } = site;
    await tx.site.createMany({
      data: [{ tenantId, id, ...columns(site) }],
      skipDuplicates: true,
    });
    const isUntouched = { id, updatedByName: { equals: Prisma.DbNull } };
    await tx.site.updateMany({ where: isUntouched, data: columns(site) });
    await tx.siteSeed.createMany({ data: [{ tenantId, id }], skipDuplicates: true });
  }
}

/** Of saves and removals of sites and floor plans, one goes after the other. */
export const lockSites = (tx: Transaction, tenant: string): Promise<unknown> =>
  sqlIn(tx)(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi sites ${tenant}`}, 0))::text`,
  );
