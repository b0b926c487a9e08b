import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import type { Database } from '../../platform/db/database.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { checkCharacter } from './identity.ts';
import { createSensitive } from './sensitive.ts';

const LOCK = 4_141_002;

/** Fictitious: valid numbers of an unused county code. */
const people = [
  ['E001', '李值班', 'safety', '监控值班员', '19880312'],
  ['E002', '王安全', 'safety', '安全员', '19850607'],
  ['E003', '周行政', 'management', '系统管理员', '19901120'],
  ['E004', '陈总', 'management', '总经理', '19720918'],
  ['E005', '赵冲压', 'press-shop', '车间主任', '19790224'],
  ['E006', '孙小梅', 'press-shop', '冲压工', '19950801'],
  ['E007', '吴维修', 'maintenance', '维修工', '19870515'],
  ['E008', '郑采购', 'purchasing', '采购员', '19920730'],
  ['E009', '冯仓管', 'warehouse', '仓库管理员', '19831009'],
  ['E010', '褚环保', 'environment', '环保专员', '19910403'],
  ['E011', '卫装配', 'assembly', '装配工', '19960119'],
  ['E012', '蒋班长', 'assembly', '班组长', '19840822'],
] as const;

/** People who are no employees: company, host and days until the last one. They hold no post and wear no badge. */
const others = [
  {
    employeeNo: 'C001',
    name: '马外修',
    departmentId: 'maintenance',
    born: '19890614',
    kind: 'contractor',
    company: '武进设备检修有限公司',
    host: 'E007',
    days: 20,
  },
  {
    employeeNo: 'T001',
    name: '林实习',
    departmentId: 'warehouse',
    born: '20040922',
    kind: 'trainee',
    company: null,
    host: 'E009',
    days: 90,
  },
] as const;

/** A badge that was lent for a job, and the days until it is due back. */
const lent = { E007: ['badge-lent-1', 5] } as const;

/** Wearers of the simulated plant's tags. */
const badges = { E006: 'badge-w1', E011: 'badge-w2', E012: 'badge-w3', E009: 'badge-a2' } as const;

/**
 * Adds missing people of the demonstration; later changes are kept. Runs before the accounts are
 * created, which refer to people by employee number.
 */
export async function seedDemoPeople(
  database: Database,
  sealed: Sealed,
  tenant: string,
): Promise<void> {
  await database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK})::text`;
    const known = await tx.person.findMany({ select: { employeeNo: true } });
    const there = new Set(known.map(({ employeeNo }) => employeeNo));
    const sensitive = createSensitive(sealed);
    for (const [i, [employeeNo, name, departmentId, post, born]] of people.entries()) {
      if (there.has(employeeNo)) continue;
      const id = ulid();
      const row = { tenantId: tenant, id, employeeNo, name, departmentId, post };
      await tx.person.create({
        data: { ...row, hiredOn: new Date('2024-03-01'), sourceSystem: 'demo' },
      });
      await sensitive.write(tx, tenant, id, sealedOf(born, i));
      const badge = badges[employeeNo as keyof typeof badges];
      if (badge) {
        await tx.badge.create({ data: { tenantId: tenant, id: ulid(), badge, personId: id } });
      }
      const [number, days] = lent[employeeNo as keyof typeof lent] ?? [];
      if (number !== undefined) {
        const dueBack = inDays(days);
        await tx.badge.create({
          data: { tenantId: tenant, id: ulid(), badge: number, personId: id, dueBack },
        });
      }
    }
    for (const [n, { born, host, days, ...person }] of others.entries()) {
      if (there.has(person.employeeNo)) continue;
      const id = ulid();
      const hosted = await tx.person.findFirst({ where: { employeeNo: host } });
      await tx.person.create({
        data: {
          ...person,
          tenantId: tenant,
          id,
          hostId: hosted?.id ?? null,
          hiredOn: new Date('2026-06-01'),
          validUntil: inDays(days),
          sourceSystem: 'demo',
        },
      });
      await sensitive.write(tx, tenant, id, sealedOf(born, people.length + n));
    }
  });
}

const inDays = (days: number): Date => DateTime.utc().startOf('day').plus({ days }).toJSDate();

/** Identity number and phone of the nth of them. */
function sealedOf(born: string, n: number) {
  const digits = `320499${born}${String(101 + n * 11)}`;
  return { nationalId: digits + checkCharacter(digits), phone: `138000010${10 + n}` };
}
