import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { demoForkliftGate, demoGate } from './demo-gate.ts';
import { seedDemoSessions } from './demo-sessions.ts';

const points = [
  { ...demoGate, name: { zh: '焊机开机点', en: 'Start of the welder' }, edge: true },
  { ...demoForkliftGate, name: { zh: '叉车开机点', en: 'Start of the forklift' }, edge: false },
  // Out of use: its history counts, and the simulator plays no reader there.
  {
    device: 'press-2-reader',
    machine: 'press-2',
    name: { zh: '2 号压力机开机点（停用）', en: 'Start of press 2 (out of use)' },
    edge: false,
    active: false,
  },
];

/**
 * The points of the demonstration with their credentials and with sessions of earlier days, where the tenant has no
 * points.
 */
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
      data: known.map(({ device, machine, name, edge, active }) => ({
        tenantId: tenant,
        id: newId(),
        device,
        name,
        machineId: machine,
        edge,
        active: active ?? true,
      })),
      // Processes that start at the same time.
      skipDuplicates: true,
    });
    if (count !== known.length) return [];
    await seedDemoSessions(tx, tenant);
    return known.filter(({ active }) => active !== false);
  });
  for (const { device } of made) {
    const secret = demoDeviceSecret(busSecret, tenant, device);
    await services.get('devices').enter({ kind: 'gate', name: device, secret });
  }
}
