import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { demoDoors, demoForkliftGate, demoGate } from './demo-gate.ts';
import { seedDemoSessions } from './demo-sessions.ts';

const [door, exit, barrier] = demoDoors;
const none = {
  machineId: null,
  areaId: null,
  stopDevice: null,
  direction: 'entry',
  edge: false,
  active: true,
};
const points = [
  {
    ...none,
    device: demoGate.device,
    name: { zh: '焊机开机点', en: 'Start of the welder' },
    machineId: demoGate.machine,
    stopDevice: 'welder-stop',
    edge: true,
  },
  {
    ...none,
    device: demoForkliftGate.device,
    name: { zh: '叉车开机点', en: 'Start of the forklift' },
    machineId: demoForkliftGate.machine,
  },
  // Out of use: its history counts, and the simulator plays no reader there.
  {
    ...none,
    device: 'press-2-reader',
    name: { zh: '2 号压力机开机点（停用）', en: 'Start of press 2 (out of use)' },
    machineId: 'press-2',
    active: false,
  },
  {
    ...none,
    device: door.device,
    name: { zh: '化工原料间入口', en: 'Way into the chemical store' },
    areaId: door.area,
  },
  {
    ...none,
    device: exit.device,
    name: { zh: '化工原料间出口', en: 'Way out of the chemical store' },
    areaId: exit.area,
    direction: 'exit',
  },
  {
    ...none,
    device: barrier.device,
    name: { zh: '装卸口道闸', en: 'Barrier of the loading gate' },
    areaId: barrier.area,
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
    const machines = await tx.equipment.findMany({ select: { id: true } });
    const areas = await tx.area.findMany({ select: { id: true } });
    const controls = await tx.siteDevice.findMany({ select: { device: true } });
    const known = points
      .filter(({ machineId, areaId }) =>
        [...machines, ...areas].some(({ id }) => id === (machineId ?? areaId)),
      )
      .map((one) => ({
        ...one,
        stopDevice: controls.some(({ device }) => device === one.stopDevice)
          ? one.stopDevice
          : null,
      }));
    const { count } = await tx.gatePoint.createMany({
      data: known.map((one) => ({ tenantId: tenant, id: newId(), ...one })),
      // Processes that start at the same time.
      skipDuplicates: true,
    });
    if (count !== known.length) return [];
    await seedDemoSessions(tx, tenant);
    return known.filter(({ active }) => active);
  });
  for (const { device } of made) {
    const secret = demoDeviceSecret(busSecret, tenant, device);
    await services.get('devices').enter({ kind: 'gate', name: device, secret });
  }
}
