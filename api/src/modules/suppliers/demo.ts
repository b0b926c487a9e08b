import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { linkDemoContractors } from '../people/companies.ts';
import { checkCharacter } from './credit-code.ts';

/** Qualification, days until its end from today (null: no end), and waste that it covers. */
type Paper = [kind: string, days: number | null, wastes?: string[]];
type Demo = [name: string, kind: string, status: string, papers: Paper[]];

const licence: Paper = ['business-licence', null];
/** Fictitious: each shows another state of the register. */
const companies: Demo[] = [
  ['常州恒力紧固件有限公司', 'parts', 'approved', [licence, ['iso-45001', 420]]],
  ['江南特种气体有限公司', 'chemicals', 'approved', [licence, ['hazchem-licence', 41]]],
  ['苏安溶剂贸易有限公司', 'chemicals', 'approved', [licence, ['hazchem-licence', -12]]],
  ['武进设备检修有限公司', 'service', 'suspended', [licence, ['safety-production-licence', 200]]],
  ['新北冲压件厂', 'parts', 'blocked', [licence]],
  [
    '绿源环保处置有限公司',
    'waste-disposer',
    'approved',
    [licence, ['hazardous-waste-licence', 300, ['HW08', 'HW49']]],
  ],
  ['清泓固废处置有限公司', 'waste-disposer', 'candidate', [licence]],
];

const limits = [
  {
    product: 'M12 螺栓 8.8 级 / M12 bolt, grade 8.8',
    item: '抗拉强度 / Tensile strength',
    unit: 'MPa',
    lower: 800,
  },
  { product: '工业酒精 / Industrial alcohol', item: '水分 / Water', unit: '%', upper: 0.3 },
];

/**
 * Adds the demonstration's suppliers where the tenant has none. They are entered as by an external
 * system, without a user.
 */
export function seedDemoSuppliers(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270205))::text`;
    if ((await tx.supplier.count()) > 0) return;
    const today = DateTime.utc().startOf('day');
    const dayIn = (days: number) => today.plus({ days }).toJSDate();
    await tx.supplierLimit.createMany({
      data: limits.map((one) => ({ tenantId, id: newId(), ...one })),
    });
    for (const [i, [name, kind, status, papers]] of companies.entries()) {
      const id = newId();
      const first17 = `91320499MA1X${String(10_000 + i * 137)}`;
      await tx.supplier.create({
        data: {
          tenantId,
          id,
          name,
          creditCode: first17 + checkCharacter(first17),
          kind,
          status,
          reason:
            status === 'blocked'
              ? '两批次来料检测不合格 / Two lots failed the incoming test'
              : null,
          address: '江苏省常州市',
          contractUntil: kind === 'service' ? dayIn(120) : null,
        },
      });
      await tx.supplierQualification.createMany({
        data: papers.map(([paper, days, wastes = []], n) => ({
          tenantId,
          id: newId(),
          supplierId: id,
          kind: paper,
          number: `DEMO-${i + 1}-${n + 1}`,
          issuer: '常州市行政审批局',
          validFrom: dayIn(-700),
          validUntil: days === null ? null : dayIn(days),
          wastes,
        })),
      });
      if (kind === 'service') await linkDemoContractors(tx, id);
      if (kind !== 'chemicals' && kind !== 'parts') continue;
      const at = today.minus({ days: i }).toISO();
      const result = {
        item: kind === 'parts' ? '抗拉强度 / Tensile strength' : '水分 / Water',
        value: kind === 'parts' ? 812 : 0.4,
        unit: kind === 'parts' ? 'MPa' : '%',
        method: kind === 'parts' ? 'GB/T 228.1' : 'GB/T 6283',
        by: 'demo',
        at,
      };
      await tx.supplierLot.create({
        data: {
          tenantId,
          id: newId(),
          supplierId: id,
          number: `L2026-${String(i + 1).padStart(3, '0')}`,
          product:
            kind === 'parts'
              ? 'M12 螺栓 8.8 级 / M12 bolt, grade 8.8'
              : '工业酒精 / Industrial alcohol',
          quantity: 500,
          unit: kind === 'parts' ? '件' : 'kg',
          deliveredOn: dayIn(-i),
          results: [result],
          testedBy: [],
        },
      });
    }
  });
}
