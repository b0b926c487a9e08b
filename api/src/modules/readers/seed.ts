import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

/** What the simulated plant has: two gates that read badges, and one for vehicles; phones by GPS send once they have a credential. */
const demoReaders = [
  ['cell-gate', 'mqtt', '机器人单元入口 · gap in the guardrail'],
  ['aisle-line', 'mqtt', '主通道 · main aisle'],
  ['truck-gate-in', 'mqtt', '车辆门岗内侧 · gate for vehicles, inside'],
  ['truck-gate-out', 'mqtt', '车辆门岗外侧 · gate for vehicles, outside'],
  ['yard-phones', 'gps', '厂区手机定位（GPS） · phones in the yard, by GPS'],
] as const;

/** Adds the readers of the demonstration where none was ever registered. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    if ((await tx.positionReader.count()) > 0) return;
    await tx.positionReader.createMany({
      data: demoReaders.map(([name, kind, note]) => ({
        tenantId: tenant,
        id: newId(),
        name,
        kind,
        note,
      })),
      skipDuplicates: true,
    });
  });
