import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

/** What gates keep of people, and what others may read of it. */
export const data = {
  policies: [
    {
      id: 'gate-decisions',
      name: { zh: '开机与进入的结论', en: 'Decisions of gates' },
      purpose: {
        zh: '追溯为何允许或拒绝开机、进入',
        en: 'Tracing why a start or an entry was allowed or refused',
      },
      fields: {
        zh: ['人员', '工牌', '设备或区域', '时间', '结论与原因', '放行人与理由'],
        en: ['person', 'card', 'machine or area', 'time', 'decision and reasons', 'override'],
      },
      classification: 'internal',
      personal: true,
      sensitive: false,
      legalBasis: {
        zh: '履行法定职责或法定义务所必需（第十三条第三项）；安全生产法第三十条',
        en: 'Needed for a duty by law (PIPL 13(3)); Work Safety Law 30',
      },
      usedBy: ['head', 'safety-officer', 'maintainer'],
      retentionDays: 1095,
      retentionSource: { zh: '企业规定：三年', en: 'The company: three years' },
      certainty: 'own',
      storage: {
        zh: '数据库；只增不改，一个月内不可删除',
        en: 'Database; never changed, and kept for a month at least',
      },
    },
    {
      id: 'gate-edge-lists',
      name: { zh: '离线许可清单', en: 'Lists of permits for gateways' },
      purpose: {
        zh: '系统不可用时由网关判断可否开机、进入',
        en: 'Deciding at the gateway while the system is away',
      },
      fields: {
        zh: ['工牌的加密摘要', '设备或区域', '有效期'],
        en: ['keyed digest of the card', 'machine or area', 'validity'],
      },
      classification: 'internal',
      personal: true,
      sensitive: false,
      legalBasis: legalBases.statutoryDuty,
      usedBy: ['maintainer'],
      retentionDays: null,
      retentionSource: {
        zh: '至多一小时；每次更新即覆盖',
        en: 'An hour at most; each list replaces the one before',
      },
      certainty: 'own',
      storage: {
        zh: '数据库与网关；摘要密钥加密存储',
        en: 'Database and gateway; the key of the digests is sealed',
      },
    },
    {
      id: 'gate-sessions',
      name: { zh: '操作经历', en: 'History of operation' },
      purpose: {
        zh: '人岗匹配：设备操作时数与最近一次操作',
        en: 'Matching people and machines: hours and last time of operation',
      },
      fields: { zh: ['人员', '设备', '起止时间'], en: ['person', 'machine', 'from and until'] },
      classification: 'internal',
      personal: true,
      sensitive: false,
      legalBasis: legalBases.statutoryDuty,
      usedBy: ['head', 'safety-officer', 'team-leader'],
      retentionDays: null,
      retentionSource: {
        zh: '企业规定：随安全档案保存',
        en: 'The company: with the safety file',
      },
      certainty: 'own',
      storage: { zh: '数据库', en: 'Database' },
    },
  ],
  catalogue: [
    {
      entity: 'gate-point',
      name: { zh: '开机点或门禁点', en: 'Point at a machine or door' },
      table: 'gate_point',
      key: 'id',
      api: '/api/v1/gates/points',
      policy: null,
      source: "'anshi'",
      changed: 'created_at',
      references: ['equipment', 'area'],
    },
    {
      entity: 'gate-decision',
      name: { zh: '开机与进入的结论', en: 'Decision of a gate' },
      table: 'gate_decision',
      key: 'id',
      api: '/api/v1/gates/decisions',
      policy: 'gate-decisions',
      source: "'anshi'",
      changed: 'decided_at',
      references: ['person', 'gate-point'],
    },
    {
      entity: 'gate-override',
      name: { zh: '放行', en: 'Override of a gate' },
      table: 'gate_override',
      key: 'id',
      api: '/api/v1/gates/overrides',
      policy: 'gate-decisions',
      source: "'anshi'",
      changed: 'coalesce(ended_at, from_at)',
      references: ['person', 'user'],
    },
    {
      entity: 'gate-session',
      name: { zh: '操作经历', en: 'Session at a machine' },
      table: 'gate_session',
      key: 'id',
      api: null,
      policy: 'gate-sessions',
      source: "'anshi'",
      changed: 'coalesce(until_at, from_at)',
      references: ['person', 'equipment'],
    },
  ],
} as const satisfies ModuleManifest['data'];
