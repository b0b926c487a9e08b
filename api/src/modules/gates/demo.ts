import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { demoForkliftGate, demoGate } from './demo-gate.ts';

const points = [
  { ...demoGate, name: { zh: '焊机开机点', en: 'Start of the welder' }, edge: true },
  { ...demoForkliftGate, name: { zh: '叉车开机点', en: 'Start of the forklift' }, edge: false },
];

/** The points at the welder and at the forklift, and their credentials, where the tenant has no points. */
export async function seedDemoGate({
  database,
  services,
  settings,
}: Pick<Platform, 'database' | 'services' | 'settings'>): Promise<void> {
  const { tenant, busSecret } = settings;
  const made = await database.transaction({ tenant, user: null }, async (tx) => {
    if ((await tx.gatePoint.count()) > 0) return [];
    const machines = await tx.equipment.findMany({
      where: { id: { in: points.map(({ machine }) => machine) } },
      select: { id: true },
    });
    const known = points.filter(({ machine }) => machines.some(({ id }) => id === machine));
    const { count } = await tx.gatePoint.createMany({
      data: known.map(({ device, machine, name, edge }) => ({
        tenantId: tenant,
        id: newId(),
        device,
        name,
        machineId: machine,
        edge,
      })),
      // Processes that start at the same time.
      skipDuplicates: true,
    });
    return count === known.length ? known : [];
  });
  for (const { device } of made) {
    const secret = demoDeviceSecret(busSecret, tenant, device);
    await services.get('devices').enter({ kind: 'gate', name: device, secret });
  }
}
