import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  // No feature: sites and floor plans serve every module. The route of the cameras names monitoring.
  name: 'cameras',
  facts: true,
  permissions: { 'camera:read': { zh: '查看摄像机', en: 'See cameras', undivided: true } },
  grants: {
    manager: ['camera:read@all'],
    'safety-officer': ['camera:read@all'],
    'safety-head': ['camera:read@all'],
    inspector: ['camera:read@all'],
    operator: ['camera:read@all'],
    admin: ['camera:read@all'],
  },
  problems: {
    'camera.unknown': [404, 'There is no such camera', 'Check the id against cameras.yaml.'],
    'floor-plan.unknown': [
      404,
      'There is no such floor plan picture',
      'Name an image for the floor plan in cameras.yaml and put the file beside it.',
    ],
  },
  audit: { entities: { site: { zh: '厂区', en: 'site' } } },
  data: {
    policies: [
      {
        id: 'camera-leases',
        name: { zh: '摄像机由哪个分析进程负责的记录', en: 'Which worker held which camera' },
        purpose: { zh: '核对违章事件的来源', en: 'Checking where events of violations come from' },
        fields: {
          zh: ['摄像机', '分析进程', '开始时间', '结束时间'],
          en: ['camera', 'worker', 'from', 'to'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: 400,
        retentionSource: {
          zh: '企业规定；事件最晚一年后仍可送达，故不少于一年',
          en: 'The company; never less than a year, because events may come so late',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'site',
        name: { zh: '厂区', en: 'Site' },
        table: 'site',
        key: 'id',
        api: '/api/v1/sites',
        policy: null,
        source: "'cameras.yaml'",
        changed: null,
        references: [],
      },
    ],
  },
  tables: ['site', 'camera_lease'],
  published: ['site'],
  liveTopics: {
    cameras: { permission: 'camera:read', feature: 'monitoring' },
    system: { permission: 'system:read' },
    'observations:': { permission: 'live:watch', feature: 'monitoring', droppable: true },
  },
} as const satisfies ModuleManifest;
