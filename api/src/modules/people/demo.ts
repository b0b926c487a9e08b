import { ulid } from 'ulid';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { checkCharacter } from './identity.ts';
import { createSensitive } from './sensitive.ts';

const SITE = 'changzhou-1';
const PLAN = 'main-hall';
const LOCK = 4_141_002;

const departments = [
  ['safety', '安全管理部', 'Safety department', 'safety'],
  ['press-shop', '冲压车间', 'Press shop', 'production'],
  ['assembly', '装配车间', 'Assembly shop', 'production'],
  ['warehouse', '仓储部', 'Warehouse', 'warehouse'],
  ['purchasing', '采购部', 'Purchasing', 'purchasing'],
  ['environment', '环保部', 'Environment department', 'environment'],
  ['maintenance', '设备部', 'Maintenance', 'maintenance'],
  ['management', '企业管理层', 'Management', 'office'],
] as const;

type Area = readonly [
  id: string,
  zh: string,
  en: string,
  kind: string,
  department: string,
  polygon: [number, number][],
];
/** In metres of the floor plan `main-hall`, x east, y north. */
const areas: Area[] = [
  [
    'robot-cell',
    '机器人单元',
    'Robot cell',
    'machine-cell',
    'assembly',
    [
      [9.5, 9.2],
      [14.5, 9.2],
      [14.5, 13],
      [9.5, 13],
    ],
  ],
  [
    'press-line',
    '冲压线',
    'Press line',
    'workshop',
    'press-shop',
    [
      [0.8, 8.6],
      [8, 8.6],
      [8, 14.5],
      [0.8, 14.5],
    ],
  ],
  [
    'assembly-area',
    '装配区',
    'Assembly area',
    'workshop',
    'assembly',
    [
      [8.6, 7.9],
      [17, 7.9],
      [17, 15],
      [8.6, 15],
    ],
  ],
  [
    'main-aisle',
    '主通道',
    'Main aisle',
    'passage',
    'assembly',
    [
      [1, 4.9],
      [20, 4.9],
      [20, 7.7],
      [1, 7.7],
    ],
  ],
  [
    'loading-gate',
    '装卸口',
    'Loading gate',
    'passage',
    'warehouse',
    [
      [23.2, 0.6],
      [25.4, 0.6],
      [25.4, 15.4],
      [23.2, 15.4],
    ],
  ],
  [
    'rack-store',
    '货架区',
    'Rack store',
    'storage',
    'warehouse',
    [
      [17.2, 8.3],
      [22.8, 8.3],
      [22.8, 15.6],
      [17.2, 15.6],
    ],
  ],
];

const machines = [
  ['robot-1', '焊接机器人 1 号', 'Welding robot 1', 'robot', 'robot-cell', 'assembly'],
  ['press-1', '冲床 1 号', 'Press 1', 'press', 'press-line', 'press-shop'],
  ['press-2', '冲床 2 号', 'Press 2', 'press', 'press-line', 'press-shop'],
  ['lathe-1', '数控车床 1 号', 'CNC lathe 1', 'lathe', 'press-line', 'press-shop'],
  ['conveyor-1', '输送线', 'Conveyor', 'conveyor', 'assembly-area', 'assembly'],
] as const;

/** Made up: numbers that are valid, of a county code that was never given. */
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

/** The tags that the simulated plant sends: who wears them. */
const badges = { E006: 'badge-w1', E011: 'badge-w2', E012: 'badge-w3', E009: 'badge-a1' } as const;

/**
 * Adds the departments, areas, machines and people of the demonstration where they are missing; what
 * people changed since stays. It runs before the accounts are made, which name people by their
 * employee number.
 */
export async function seedDemoPeople(
  database: Database,
  sealed: Sealed,
  tenant: string,
): Promise<void> {
  await database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start together take turns.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK})::text`;
    await seedPlaces(tx, tenant);
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
      const digits = `320499${born}${String(101 + i * 11)}`;
      const nationalId = digits + checkCharacter(digits);
      await sensitive.write(tx, tenant, id, { nationalId, phone: `138000010${10 + i}` });
      const badge = badges[employeeNo as keyof typeof badges];
      if (badge) {
        await tx.badge.create({ data: { tenantId: tenant, id: ulid(), badge, personId: id } });
        await agree(tx, tenant, id);
      }
    }
  });
}

async function seedPlaces(tx: Transaction, tenantId: string): Promise<void> {
  await tx.department.createMany({
    data: departments.map(([id, zh, en, kind]) => ({
      tenantId,
      id,
      site: SITE,
      name: { zh, en },
      kind,
    })),
    skipDuplicates: true,
  });
  await tx.area.createMany({
    data: areas.map(([id, zh, en, kind, departmentId, polygon]) => ({
      tenantId,
      id,
      site: SITE,
      floorPlan: PLAN,
      name: { zh, en },
      kind,
      departmentId,
      polygon,
    })),
    skipDuplicates: true,
  });
  await tx.equipment.createMany({
    data: machines.map(([id, zh, en, kind, areaId, departmentId]) => ({
      tenantId,
      id,
      name: { zh, en },
      kind,
      areaId,
      departmentId,
      sourceSystem: 'demo',
    })),
    skipDuplicates: true,
  });
}

/** The demonstration's people were asked, too: without it their positions would not be kept. */
async function agree(tx: Transaction, tenantId: string, personId: string): Promise<void> {
  const purpose = await tx.consentPurpose.findFirst({
    where: { id: 'badge-tracking' },
    orderBy: { version: 'desc' },
  });
  if (!purpose) return;
  await tx.consent.createMany({
    data: [
      {
        tenantId,
        personId,
        purposeId: purpose.id,
        noticeVersion: purpose.version,
        scope: purpose.scope,
        decision: 'given',
        how: 'desk',
        note: '演示数据',
      },
    ],
  });
}
