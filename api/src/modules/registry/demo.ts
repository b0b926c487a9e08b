import type { Database } from '../../platform/db/database.ts';

const SITE = 'changzhou-1';
const PLAN = 'main-hall';

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
    'high-risk-machining',
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
    'chemical-store',
    '化工原料间',
    'Chemical store',
    'chemical-storage',
    'warehouse',
    [
      [1, 0.6],
      [6.5, 0.6],
      [6.5, 4.4],
      [1, 4.4],
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
  ['welder-1', '手工焊机 1 号', 'Welder 1', 'welder', 'assembly-area', 'maintenance'],
  ['forklift-1', '叉车 FL-01', 'Forklift FL-01', 'forklift', 'rack-store', 'warehouse'],
] as const;

/** Adds missing departments, areas and machines of the demonstration. */
export function seedDemoPlaces(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
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
        // Grinding and stamping: what is mounted there needs IP67.
        dust: id === 'press-line' ? 'dusty' : 'none',
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
  });
}
