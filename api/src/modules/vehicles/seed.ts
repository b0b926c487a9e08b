import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

/** What the simulated plant drives: see `simulator/src/plant/vehicles.ts`. */
const vehicles = [
  {
    plate: 'FL-01',
    plateKey: 'FL01',
    kind: 'forklift',
    model: '杭叉 CPD30 3t',
    company: null,
    areas: ['rack-store'],
    maxSpeedKmh: 10,
    machineId: 'forklift-1',
    tag: 'vehicle-fl-01',
  },
  {
    plate: '苏D·B2719',
    plateKey: '苏DB2719',
    kind: 'truck',
    model: '9.6 m',
    company: '常州顺达物流',
    areas: [],
    maxSpeedKmh: null,
    machineId: null,
    tag: 'vehicle-truck-01',
  },
] as const;
const areas = [
  { areaId: 'main-aisle', restricted: false, speedKmh: 5, severity: 'warning' },
  { areaId: 'loading-gate', restricted: false, speedKmh: 5, severity: 'warning' },
  { areaId: 'rack-store', restricted: true, speedKmh: 5, severity: 'warning' },
  { areaId: 'chemical-store', restricted: true, speedKmh: 3, severity: 'critical' },
] as const;

/** A forklift and a truck of a contractor, and what counts for them in the areas, where the tenant has no vehicles. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 5270313))::text`;
    if ((await tx.vehicle.count()) > 0) return;
    if (!(await tx.department.findFirst({ where: { id: 'warehouse' } }))) return;
    for (const { tag, areas: allowed, ...one } of vehicles) {
      const id = newId();
      await tx.vehicle.createMany({
        data: [{ tenantId: tenant, id, departmentId: 'warehouse', ...one, areas: [...allowed] }],
      });
      const binding = { tenantId: tenant, id: newId(), vehicleId: id, tag };
      await tx.vehicleTag.createMany({ data: [binding] });
    }
    const activeSince = new Date();
    await tx.vehicleArea.createMany({
      data: areas.map((one) => ({ tenantId: tenant, dwellSeconds: 3, activeSince, ...one })),
      skipDuplicates: true,
    });
  });
