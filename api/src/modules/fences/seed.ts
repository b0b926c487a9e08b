import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';
import { fenceByKind } from './by-kind.ts';

const STAY = { area: 'press-line', grace: 120, hold: 30 } as const;

/** The fences of the kinds of areas, and one that notices who leaves the press line, where the tenant has none. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 5270309))::text`;
    if ((await tx.areaFence.count()) > 0) return;
    await fenceByKind(tx, tenant);
    if (!(await tx.area.findFirst({ where: { id: STAY.area } }))) return;
    await tx.areaFence.createMany({
      data: [
        {
          tenantId: tenant,
          id: newId(),
          areaId: STAY.area,
          name: { zh: '冲压线在岗围栏', en: 'Stay at the press line' },
          kind: 'stay',
          severity: 'warning',
          dwellSeconds: STAY.grace,
          holdSeconds: STAY.hold,
          matched: false,
          posts: [],
          permit: null,
          assigned: true,
          activeSince: new Date(),
          renewAt: new Date(),
        },
      ],
    });
  });
