import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { dictionaries } from './manifest-dictionaries.ts';

export const manifest = {
  name: 'hazards',
  facts: true,
  seeds: true,
  feature: {
    id: 'hazards',
    name: { zh: '隐患排查', en: 'Hazards' },
    description: {
      zh: '发现、上报、审核、整改、销号的闭环',
      en: 'The closed loop from finding to closing: report, review, rectify, accept',
    },
    dependsOn: ['people'],
    records: ['hazard'],
  },
  permissions: {
    'hazard:report': { zh: '上报隐患', en: 'Report hazards' },
    'hazard:read': { zh: '查看隐患', en: 'See hazards' },
    'hazard:identify': {
      zh: '查看上报人与原始证据',
      en: 'See who reported, and the original evidence',
    },
    'hazard:review': { zh: '审核与分派隐患', en: 'Review and assign hazards' },
    'hazard:rectify': { zh: '整改隐患', en: 'Rectify hazards' },
    'hazard:accept': { zh: '验收销号', en: 'Accept and close hazards' },
    'hazard:approve': {
      zh: '批准重大隐患治理方案与评估结果',
      en: 'Approve plans for major hazards and their assessment',
    },
    'hazard:manage': {
      zh: '配置隐患类型与分派规则',
      en: 'Set up hazard types and routing',
      undivided: true,
    },
  },
  grants: {
    worker: ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    'team-leader': [
      'hazard:report@department',
      'hazard:read@department',
      'hazard:rectify@department',
    ],
    head: ['hazard:report@department', 'hazard:read@department', 'hazard:rectify@department'],
    manager: ['hazard:read@all', 'hazard:report@all', 'hazard:approve@all'],
    'safety-officer': [
      'hazard:report@all',
      'hazard:read@all',
      'hazard:identify@all',
      'hazard:review@all',
      'hazard:accept@all',
      'hazard:rectify@own',
    ],
    'safety-head': [
      'hazard:report@all',
      'hazard:read@all',
      'hazard:identify@all',
      'hazard:review@all',
      'hazard:accept@all',
      'hazard:rectify@own',
      'hazard:manage@all',
    ],
    inspector: ['hazard:report@site', 'hazard:read@own', 'hazard:rectify@own'],
    maintainer: ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    purchasing: ['hazard:report@department', 'hazard:read@department', 'hazard:rectify@department'],
    warehouse: ['hazard:report@department', 'hazard:read@department', 'hazard:rectify@department'],
    production: ['hazard:report@department', 'hazard:read@department', 'hazard:rectify@department'],
    environment: [
      'hazard:report@department',
      'hazard:read@department',
      'hazard:rectify@department',
    ],
    trainer: ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    'help-desk': ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    'key-custodian': ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    'privacy-officer': ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    auditor: ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    operator: ['hazard:report@all', 'hazard:read@own', 'hazard:rectify@own'],
    admin: ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
  },
  dutyConflicts: [
    {
      id: 'rectify-accept',
      duties: ['hazard:rectify', 'hazard:accept'],
      from: 'department',
      why: {
        zh: '整改与验收必须由不同的人负责',
        en: 'The account that rectifies hazards would accept its own work.',
      },
    },
    {
      id: 'roles-accept',
      duties: ['role:manage', 'hazard:accept'],
      why: {
        zh: '角色授权与隐患验收不得由同一人承担',
        en: 'The account that grants rights would close hazards, too.',
      },
    },
  ],
  problems: {
    'hazard.unknown': [404, 'There is no such hazard', 'It may lie outside what you may see.'],
    'hazard.exists': [
      409,
      'This id belongs to another report',
      'Make a new ULID for a new report; send an old one again with its own.',
    ],
    'hazard.type-unknown': [
      422,
      'There is no such type of hazard',
      'Take one of GET /api/v1/hazard-types that is active.',
    ],
    'hazard.place-unknown': [
      422,
      'There is no such place',
      'Name a site, an area of that site and a floor plan that the registry has.',
    ],
    'hazard.needs-media': [
      422,
      'The files are neither photo nor video',
      'Show the hazard in a photo or video, or describe it in words.',
    ],
    'hazard.evidence-reused': [
      422,
      'This file was handed in before',
      'Take a new photo or video of the place as it is now; a picture of a report proves no rectification.',
    ],
    'hazard.routing-conflict': [
      409,
      'Someone else changed the routing meanwhile',
      'Load the table again and repeat the change on it.',
    ],
    'hazard.penalty-exists': [
      409,
      'This was decided before',
      'There is one decision of a kind for a hazard and a person; see the list of decisions.',
    ],
    'hazard.penalty-unknown': [404, 'There is no such decision', 'It may be about someone else.'],
    'hazard.due-date': [
      422,
      'The time limit has passed already',
      'Choose a day that is still to come, within a year.',
    ],
  },
  noticeKinds: {
    'hazard.reported': {
      zh: '新隐患待审核',
      en: 'A hazard waits for review',
      channels: 'work',
      link: '/hazards/:id',
    },
    'hazard.assigned': {
      zh: '隐患整改任务',
      en: 'A hazard is yours to rectify',
      channels: 'work',
      link: '/hazards/:id',
    },
    'hazard.returned': {
      zh: '隐患被退回',
      en: 'A hazard was sent back to you',
      channels: 'work',
      link: '/hazards/:id',
    },
    'hazard.closed': {
      zh: '隐患已销号或不予受理',
      en: 'A hazard was closed or not accepted',
      channels: 'usual',
      link: '/hazards/:id',
    },
    'hazard.penalty': {
      zh: '虚假上报处理',
      en: 'A decision about a false report',
      channels: 'usual',
      link: '/hazards/penalties',
    },
    'hazard.forgery': {
      zh: '疑似伪造证据',
      en: 'Evidence looks forged',
      channels: 'usual',
      link: '/hazards/:id',
    },
  },
  audit: {
    entities: {
      hazard: { zh: '隐患', en: 'hazard' },
      'hazard-penalty': { zh: '虚假上报处罚', en: 'penalty' },
      'hazard-routing': { zh: '隐患分派规则', en: 'hazard routing' },
      'hazard-site': { zh: '隐患厂区设置', en: 'hazard settings of a site' },
      'hazard-type': { zh: '隐患类型', en: 'hazard type' },
    },
    actions: {
      penalised: { zh: '作出了', en: 'decided on a' },
      'penalty-appealed': { zh: '提出了申诉：', en: 'appealed against a' },
      'penalty-upheld': { zh: '驳回了申诉，维持了', en: 'refused the appeal against a' },
      'penalty-revoked': { zh: '支持了申诉，撤销了', en: 'upheld the appeal against a' },
    },
  },
  dictionaries: dictionaries,
  data: {
    policies: [
      {
        id: 'hazard-records',
        name: { zh: '事故隐患排查治理记录', en: 'Records of hazards and their rectification' },
        purpose: { zh: '隐患闭环治理', en: 'Closing hazards' },
        fields: {
          zh: ['上报人', '地点', '文字', '照片', '整改'],
          en: ['reporter', 'place', 'text', 'photos', 'rectification'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'manager'],
        retentionDays: null,
        retentionSource: {
          zh: '《安全生产法》第四十一条要求如实记录，未规定期限；企业规定长期保存',
          en: 'Work Safety Law 41 asks for true records and names no term; the company keeps them',
        },
        certainty: { rule: 'hazard-report-duty' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'hazard',
        name: { zh: '隐患', en: 'Hazard' },
        table: 'hazard',
        key: 'id',
        api: '/api/v1/hazards',
        policy: 'hazard-records',
        source: 'source',
        changed: 'reported_at',
        references: ['area', 'department', 'site', 'user'],
      },
    ],
  },
  records: {
    '/hazards/:id': ['hazard'],
    '/hazard-penalties/:id': ['hazard_penalty'],
  },
  personColumns: {
    'hazard_penalty.person_id': {
      what: { zh: '失信记录', en: 'penalty of a report' },
      merge: 'moves',
    },
  },
  tables: [
    'hazard',
    'hazard_party',
    'hazard_counter',
    'hazard_file',
    'hazard_link',
    'hazard_finding',
    'hazard_penalty',
    'hazard_type',
    'hazard_routing',
    'hazard_routing_version',
    'hazard_site',
  ],
  liveTopics: { hazards: { permission: 'hazard:read', feature: 'hazards' } },
} as const satisfies ModuleManifest;
