import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

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
    'badge:acknowledge': { zh: '确认工牌异常', en: 'Look after odd badges' },
  },
  grants: {
    worker: ['location:read@own'],
    'team-leader': ['location:read@department', 'badge:acknowledge@department'],
    head: ['location:read@department', 'badge:acknowledge@department'],
    'safety-officer': ['location:read@all', 'badge:acknowledge@all'],
    'safety-head': ['location:read@all', 'badge:acknowledge@all'],
    operator: ['location:read@all', 'badge:acknowledge@all'],
  },
  problems: {
    'badge-condition.unknown': unknownProblem('condition', '/locations/conditions'),
    'badge-condition.acknowledged': [
      409,
      'Another account looks after it',
      'Reload the list: it says who.',
    ],
    'badge-condition.ends-itself': [
      409,
      'This condition ends by itself',
      'Only a hand-over in view is closed by a person.',
    ],
    'badge-condition.ended': [409, 'The condition is over', 'Reload the list.'],
    'badge-condition.own': [
      403,
      'Your own badge was handed over',
      'Another account has to look who wears it.',
    ],
    'location-setting.unknown': unknownProblem('site', '/locations/settings'),
    'location-setting.version-conflict': versionConflict('setting'),
  },
  noticeKinds: {
    'badge.silent': {
      zh: '工牌无位置',
      en: 'A badge is not heard',
      channels: 'usual',
      link: '/presence/badges',
    },
    'badge.low-battery': {
      zh: '工牌电量低',
      en: 'A badge has a low battery',
      channels: 'usual',
      link: '/presence/badges',
    },
    'badge.sos': {
      zh: '工牌求助',
      en: 'A badge calls for help',
      channels: 'always',
      link: '/presence/badges',
    },
    'badge.odd': {
      zh: '工牌异常：一起移动、不动、已交回、下班后移动、到期、离职、转交',
      en: 'A badge is not worn as it should be',
      channels: 'usual',
      link: '/presence/badges',
    },
    'badge.no-motion': {
      zh: '工牌报告无动作',
      en: 'A badge reports no motion',
      channels: 'always',
      link: '/presence/badges',
    },
  },
  audit: {
    entities: named({
      'location-setting': ['定位保存设置', 'setting of positions'],
      'badge-condition': ['工牌异常', 'condition of the badge'],
    }),
    actions: named({
      'acknowledge-badge': ['确认了', 'looks after the'],
      'close-hand-over': ['核对后结案', 'closed the'],
    }),
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
          zh: [
            '工牌',
            '时间',
            '位置',
            '精度',
            '所在区域',
            '无位置、电量、求助、无动作的时间',
            '异常的种类、时间和确认人',
            '转交的摄像机；未结案的保留到结案',
            '同意撤回后：仅该次登记的工牌待核实及转交时间',
          ],
          en: [
            'badge',
            'time',
            'position',
            'accuracy',
            'area',
            'times of silence, low battery, calls for help, no motion',
            'odd behaviour: kind, time, who looks after it',
            'hand-overs: camera; an open one is kept until it is closed',
            'after a withdrawal: that a binding is to be looked at, and when',
          ],
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
      {
        entity: 'badge-condition',
        name: { zh: '工牌异常', en: 'Condition of a badge' },
        table: 'badge_condition',
        key: 'id',
        api: '/api/v1/locations/conditions',
        policy: 'location-history',
        source: "'anshi'",
        changed: 'coalesce(ended_at, begun_at)',
        references: ['badge', 'person'],
      },
    ],
  },
  records: { '/locations/conditions/:id': ['badge_condition'] },
  personColumns: {
    'badge_condition.person_id': {
      what: { zh: '工牌状况', en: 'condition of a badge' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: [
    'location_latest',
    'location_history',
    'location_tag',
    'location_setting',
    'badge_condition',
    'badge_suspect',
  ],
} as const satisfies ModuleManifest;
