import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'audit',
  facts: true,
  folders: ['modules/audit', 'platform/audit'],
  permissions: { 'audit:read': { zh: '查看审计日志', en: 'Read the audit log' } },
  grants: { 'safety-head': ['audit:read@all'], auditor: ['audit:read@all'] },
  dutyConflicts: [
    {
      id: 'accounts-audit',
      duties: ['user:manage', 'audit:read'],
      why: {
        zh: '账号管理与审计不得由同一人承担',
        en: 'The account that creates accounts would audit itself.',
      },
    },
    {
      id: 'roles-audit',
      duties: ['role:manage', 'audit:read'],
      why: {
        zh: '角色授权与审计不得由同一人承担',
        en: 'The account that grants rights would audit itself.',
      },
    },
  ],
  problems: {
    'audit.finding-unknown': [404, 'There is no such finding', 'Reload the list of findings.'],
    'audit.finding-handled': [409, 'The finding is handled already', 'Reload it.'],
    'audit.rule-unknown': [404, 'There is no such rule', 'GET /api/v1/audit/rules lists them.'],
  },
  noticeKinds: {
    'audit.finding': {
      zh: '异常操作',
      en: 'The audit found something odd',
      channels: 'usual',
      link: '/admin/audit?tab=findings&finding=:id',
    },
  },
  audit: {
    entities: {
      audit: { zh: '审计日志', en: 'the audit log' },
      'audit-finding': { zh: '异常操作记录', en: 'finding' },
      'audit-rule': { zh: '异常规则', en: 'rule of the audit' },
    },
    actions: {
      create: { zh: '新建了', en: 'made' },
      update: { zh: '修改了', en: 'changed' },
      delete: { zh: '删除了', en: 'deleted' },
      view: { zh: '查看了', en: 'looked at' },
      reveal: { zh: '查看了敏感信息原文：', en: 'revealed a sensitive field of' },
      search: { zh: '检索了', en: 'searched' },
      verify: { zh: '校验了', en: 'verified' },
      query: { zh: '查询了', en: 'queried' },
      export: { zh: '导出了', en: 'exported' },
      upload: { zh: '上传了', en: 'uploaded' },
      confirm: { zh: '确认了', en: 'confirmed' },
      dismiss: { zh: '驳回了', en: 'dismissed' },
      reopen: { zh: '重新打开了', en: 'reopened' },
      end: { zh: '记录了结束：', en: 'noted the end of' },
      identify: { zh: '更新了人员识别结果：', en: 'updated who it was in' },
      attach: { zh: '附加了证据：', en: 'attached evidence to' },
      refuse: { zh: '拒绝了', en: 'refused' },
      handle: { zh: '处理了', en: 'handled' },
      grant: { zh: '授予了权限：', en: 'gave rights to' },
      disable: { zh: '停用了', en: 'switched off' },
      close: { zh: '关闭了', en: 'closed' },
    },
  },
  data: {
    policies: [
      {
        id: 'audit-log',
        name: { zh: '审计日志', en: 'Audit log' },
        purpose: { zh: '追溯与问责', en: 'Tracing who did what' },
        fields: {
          zh: ['账号', '操作', '对象', '修改前', '修改后'],
          en: ['user', 'action', 'object', 'before', 'after'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['admin', 'auditor'],
        retentionDays: null,
        retentionSource: {
          zh: '《网络安全法》：网络日志留存不少于六个月；哈希链不可删减，长期保存',
          en: 'Cybersecurity Law: six months at least; nothing is taken out of the chain',
        },
        certainty: { rule: 'csl-logs' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'audit-line',
        name: { zh: '审计记录', en: 'Audit line' },
        table: 'audit_log',
        key: 'seq',
        api: '/api/v1/audit',
        policy: 'audit-log',
        source: "'anshi'",
        changed: 'at',
        references: ['user', 'person'],
      },
    ],
  },
  records: {
    '/audit/findings/:id': ['audit_finding'],
  },
  personColumns: {
    'audit_log.person_id': {
      what: { zh: '审计记录', en: 'audit line' },
      merge: 'stays',
      why: { zh: '日志不可改动', en: 'The log is never changed' },
    },
  },
  tables: ['audit_log', 'audit_seal', 'audit_rule', 'audit_finding'],
} as const satisfies ModuleManifest;
