import { apartFromAddresses, type CameraAddresses, type CamerasFile } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { findSites, seedSites } from './sites/rows.ts';
import { type KnownCamera, sealAddresses } from './stored.ts';

/**
 * Puts the sites of the file on record once, and the cameras of each site that has none yet: the file
 * seeds a site, and after that the database holds it and its cameras.
 *
 * @returns the ids of the cameras that were new.
 */
export function seedCameras(
  database: Database,
  sealed: Sealed,
  tenant: string,
  file: CamerasFile,
): Promise<string[]> {
  return database.transaction({ tenant, user: null }, async (tx) => {
    // Of processes that start at the same time, one seeds.
    await sqlIn(tx)(
      Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi cameras ${tenant}`}, 0))::text`,
    );
    await seedSites(tx, tenant, file.sites);
    const sites = new Map((await findSites(tx)).map((one) => [one.id, one]));
    const seeded = await tx.camera.findMany({ distinct: ['site'], select: { site: true } });
    const known = new Set(seeded.map(({ site }) => site));
    // A site or a floor plan that was removed in the app does not come back by its cameras.
    const isPlaced = ({ site, floorPlan }: (typeof file.cameras)[number]) =>
      floorPlan === undefined
        ? sites.has(site)
        : sites.get(site)?.floorPlans.some(({ id }) => id === floorPlan);
    const cameras = file.cameras.filter((one) => !known.has(one.site) && isPlaced(one));
    // One id names one camera, on whatever site it is.
    const taken = await tx.camera.findMany({ where: { id: { in: cameras.map(({ id }) => id) } } });
    const added = cameras.filter(({ id }) => !taken.some((one) => one.id === id));
    // They keep the order of the file.
    const began = Date.now();
    for (const [n, camera] of added.entries()) {
      const createdAt = new Date(began + n);
      await insert(tx, sealed, tenant, { ...apartFromAddresses(camera), createdAt });
    }
    return added.map(({ id }) => id);
  });
}

async function insert(
  tx: Transaction,
  sealed: Sealed,
  tenantId: string,
  {
    config,
    addresses,
    createdAt,
  }: { config: KnownCamera; addresses: CameraAddresses; createdAt: Date },
): Promise<void> {
  const { id: cameraId, site } = config;
  const addressId = newId();
  const json = config as unknown as Prisma.InputJsonObject;
  const row = { tenantId, id: cameraId, site, config: json, addressId, createdAt };
  await tx.camera.create({ data: row });
  const addressSealed = await sealAddresses(tx, sealed, {
    tenant: tenantId,
    id: addressId,
    addresses,
  });
  await tx.cameraAddress.create({ data: { tenantId, id: addressId, cameraId, addressSealed } });
  await tx.cameraConfigVersion.create({
    data: { tenantId, id: newId(), cameraId, version: 1, config: json, addressId, how: 'seed' },
  });
}
