import type { SiteConfig } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';

/** Stores the sites of the file, so that other records can refer to them. */
export async function saveSites(
  tx: Transaction,
  tenantId: string,
  sites: SiteConfig[],
): Promise<void> {
  for (const { id, name, floorPlans } of sites) {
    await tx.site.upsert({
      where: { tenantId_id: { tenantId, id } },
      create: { tenantId, id, name, floorPlans },
      update: { name, floorPlans },
    });
  }
}
