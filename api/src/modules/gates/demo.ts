import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { demoGate } from './demo-gate.ts';

/** The point at the welder, and its credential, where the tenant has no points. */
export async function seedDemoGate({
  database,
  services,
  settings,
}: Pick<Platform, 'database' | 'services' | 'settings'>): Promise<void> {
  const { tenant, busSecret } = settings;
  const isNew = await database.transaction({ tenant, user: null }, async (tx) => {
    const machine = await tx.equipment.findFirst({ where: { id: demoGate.machine } });
    if (!machine || (await tx.gatePoint.count()) > 0) return false;
    const { count } = await tx.gatePoint.createMany({
      data: [
        {
          tenantId: tenant,
          id: newId(),
          device: demoGate.device,
          name: { zh: '焊机开机点', en: 'Start of the welder' },
          machineId: demoGate.machine,
          edge: true,
        },
      ],
      // Processes that start at the same time.
      skipDuplicates: true,
    });
    return count === 1;
  });
  if (!isNew) return;
  const secret = demoDeviceSecret(busSecret, tenant, demoGate.device);
  await services.get('devices').enter({ kind: 'gate', name: demoGate.device, secret });
}
