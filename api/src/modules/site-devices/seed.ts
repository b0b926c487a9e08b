import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';
import { demoDevices } from './demo-devices.ts';

/** Adds the devices of the demonstration where the tenant has none. */
export const seedDemo = ({ database, tenant: tenantId }: DemoParts): Promise<void> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    if ((await tx.siteDevice.count()) > 0) return;
    await tx.siteDevice.createMany({
      data: demoDevices.map(([device, zh, en, areaId, secondPerson, kind]) => ({
        tenantId,
        id: newId(),
        device,
        kind,
        name: { zh, en },
        areaId,
        secondPerson,
      })),
      // Processes that start at the same time.
      skipDuplicates: true,
    });
  });
