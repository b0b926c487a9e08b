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

/**
 * The sites on record, with their floor plans: in the order of the file, then as they were added. Rows that a file
 * left behind before sites were held here are none: no file has seeded them, no person changed them, and no camera
 * is there.
 */
export async function findSites(tx: Transaction): Promise<SiteRow[]> {
  const orderBy = [{ position: { sort: 'asc', nulls: 'last' } }, { id: 'asc' }] as const;
  const rows = (await tx.site.findMany({ orderBy: [...orderBy] })) as unknown as SiteRow[];
  const seeded = await tx.siteSeed.findMany({ select: { id: true } });
  const watched = await tx.camera.findMany({ distinct: ['site'], select: { site: true } });
  const held = new Set([...seeded.map(({ id }) => id), ...watched.map(({ site }) => site)]);
  return rows.filter(({ id, updatedByName }) => updatedByName !== null || held.has(id));
}

/** Adds a site as the last one, in the place of a row that a file left behind. */
export async function addSite(
  tx: Transaction,
  tenantId: string,
  { id, name, floorPlans, by }: SiteConfig & { by: Bilingual },
): Promise<void> {
  await tx.site.deleteMany({ where: { id } });
  const position = await lastPosition(tx);
  const data = { tenantId, id, name, floorPlans, position, updatedByName: by };
  await tx.site.create({ data });
}

/** The place behind all sites, or behind those but some. */
async function lastPosition(tx: Transaction, but: readonly string[] = []): Promise<number> {
  const { _max } = await tx.site.aggregate({
    where: { id: { notIn: [...but] } },
    _max: { position: true },
  });
  return (_max.position ?? -1) + 1;
}

/** As cameras.yaml and workers know a site: an uploaded picture is no part of it. */
export const asConfig = ({ id, name, floorPlans }: KnownSite): SiteConfig => ({
  id,
  name,
  floorPlans: floorPlans.map(({ picture: _, ...plan }) => plan),
});

/** A site of a file. Its place among the sites is kept apart. */
interface PlacedSite {
  site: SiteConfig;
  position: number;
}

/** Stores a site as the file has it, unless a person has changed it in the app. */
async function saveUntouched(
  tx: Transaction,
  tenantId: string,
  { site: { id, name, floorPlans }, position }: PlacedSite,
): Promise<void> {
  const data = { name, floorPlans, position };
  await tx.site.createMany({ data: [{ tenantId, id, ...data }], skipDuplicates: true });
  const isUntouched = { id, updatedByName: { equals: Prisma.DbNull } };
  await tx.site.updateMany({ where: isUntouched, data });
}

/**
 * Stores the sites of a file that is followed. What people changed in the app stays for the day on which the
 * database holds the sites again.
 */
export async function saveSites(
  tx: Transaction,
  tenantId: string,
  sites: readonly SiteConfig[],
): Promise<void> {
  await lockSites(tx, tenantId);
  for (const [position, site] of sites.entries()) {
    await saveUntouched(tx, tenantId, { site, position });
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
  if (news.length === 0) return;
  await lockSites(tx, tenantId);
  const first = await lastPosition(
    tx,
    news.map(({ id }) => id),
  );
  for (const [n, site] of news.entries()) {
    await saveUntouched(tx, tenantId, { site, position: first + n });
    await tx.siteSeed.createMany({ data: [{ tenantId, id: site.id }], skipDuplicates: true });
  }
}

/** Of saves and removals of sites and floor plans, one goes after the other. */
export const lockSites = (tx: Transaction, tenant: string): Promise<unknown> =>
  sqlIn(tx)(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi sites ${tenant}`}, 0))::text`,
  );
