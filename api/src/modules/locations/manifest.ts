import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'locations',
  facts: true,
  feature: {
    id: 'positioning',
    name: { zh: '人员定位', en: 'Positions' },
    description: {
      zh: '工牌与车辆位置、设备状态',
      en: 'Positions of badges and vehicles, and the state of machines',
    },
    dependsOn: ['people'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'location:read': { zh: '查看人员位置', en: 'See where people are' },
  },
  grants: {
    worker: ['location:read@own'],
    'team-leader': ['location:read@department'],
    head: ['location:read@department'],
    'safety-officer': ['location:read@all'],
    'safety-head': ['location:read@all'],
    operator: ['location:read@all'],
  },
  data: {
    policies: [
      {
        id: 'location-history',
        name: { zh: '人员定位轨迹', en: 'Tracks of badges' },
        purpose: {
          zh: '在平面图上掌握人员位置，应急时清点',
          en: 'Seeing on the plan who is where, counting in an emergency',
        },
        fields: {
          zh: ['工牌', '时间', '位置', '精度'],
          en: ['badge', 'time', 'position', 'accuracy'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: { zh: '单独同意（第二十九条）', en: 'Separate consent (PIPL 29)' },
        usedBy: ['worker', 'team-leader', 'head', 'safety-officer', 'safety-head', 'operator'],
        retentionDays: 30,
        retentionSource: { zh: '《个人信息保护法》第十九条', en: 'PIPL article 19' },
        certainty: { rule: 'pipl-19' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'position',
        name: { zh: '位置', en: 'Position' },
        table: 'location_history',
        key: 'provider_type, provider_id, generated_at, source',
        api: '/api/v1/locations',
        policy: 'location-history',
        source: 'source',
        changed: 'generated_at',
        references: ['badge'],
      },
    ],
  },
  tables: ['location_latest', 'location_history'],
} as const satisfies ModuleManifest;
