import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'users',
  facts: true,
  permissions: {
    'user:read': { zh: '查看账号', en: 'See accounts' },
    'user:manage': { zh: '管理账号', en: 'Manage accounts' },
  },
  grants: {
    head: ['user:read@department'],
    'safety-head': ['user:read@all'],
    'help-desk': ['user:read@all'],
    auditor: ['user:read@all'],
    admin: ['user:read@all', 'user:manage@all'],
  },
  problems: {
    'user.unknown': [404, 'There is no such account', 'It may lie outside of your department.'],
    'user.taken': [409, 'The user name is taken', 'Choose another one.'],
    'user.person-taken': [
      409,
      'The person has an account already',
      'Change that account; a person has only one.',
    ],
    'user.version-conflict': [
      409,
      'Someone else changed the account meanwhile',
      'Look at the row in current, and change it again with its version.',
    ],
    'user.self': [
      403,
      'Changing your own rights is not allowed',
      'Ask another administrator: what one has is given by someone else.',
    ],
    'user.beyond-own': [
      403,
      'The account lies outside of your reach',
      'Accounts of other departments, and wide rights, are given by an administrator of the company.',
    ],
    'account-request.unknown': [
      404,
      'There is no such request',
      'See GET /api/v1/account-requests; it may be about an account outside of your reach.',
    ],
    'account-request.closed': [
      409,
      'The request is decided or over',
      'A request can be approved for 24 hours, once. Ask again where it is still needed.',
    ],
    'account-request.second-person': [
      403,
      'A second person has to approve it',
      'Ask another administrator, or have the owner of the account read you a code of their second factor.',
    ],
  },
  noticeKinds: {
    'access.request': {
      zh: '账号操作待确认',
      en: 'An account waits for a second person',
      channels: 'work',
      link: '/admin/accounts',
    },
  },
  audit: {
    entities: {
      'account-request': { zh: '账号操作申请', en: 'request about an account' },
      user: { zh: '账号', en: 'account' },
    },
    actions: {
      lock: { zh: '锁定了', en: 'locked' },
      unlock: { zh: '解锁了', en: 'unlocked' },
      // Written by the database itself when a person leaves or moves to another post.
      revoke: { zh: '收回了权限：', en: 'took rights from' },
      'take-role': { zh: '收回了角色：', en: 'took a role from' },
      'password-reset': { zh: '重置了密码：', en: 'reset the password of' },
      request: { zh: '提交了申请：', en: 'made the' },
      'request-approved': { zh: '确认了申请：', en: 'approved the' },
      'request-refused': { zh: '拒绝了申请：', en: 'refused the' },
      'request-withdrawn': { zh: '撤回了申请：', en: 'took back the' },
      'request-expired': { zh: '记录了过期：', en: 'noted as over:' },
      'request-code-wrong': { zh: '输错了验证码：', en: 'gave a wrong code for the' },
      'approve-exception': { zh: '批准了职责例外：', en: 'approved an exception for' },
    },
  },
  data: {
    policies: [
      {
        id: 'account-requests',
        name: { zh: '账号操作的双人确认', en: 'Requests that two people decided on accounts' },
        purpose: { zh: '防止越权，事后追溯', en: 'Keeping duties apart, and tracing it' },
        fields: {
          zh: ['账号', '操作', '申请人', '确认人', '时间'],
          en: ['account', 'action', 'who asked', 'who approved', 'time'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['admin', 'auditor'],
        retentionDays: 365,
        retentionSource: {
          zh: '企业规定：一年；审计日志中长期可查。《网络安全法》：网络日志留存不少于六个月',
          en: 'The company: a year, and the audit log keeps it; Cybersecurity Law: six months at least',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'user',
        name: { zh: '账号', en: 'Account' },
        table: 'app_user',
        key: 'id',
        api: '/api/v1/users',
        policy: 'sessions',
        source: "'anshi'",
        changed: 'created_at',
        references: ['person'],
      },
    ],
  },
  records: {
    '/users/:id': ['app_user'],
    '/account-requests/:id': ['account_request'],
  },
  personColumns: {
    'app_user.person_id': { what: { zh: '账号', en: 'account' }, merge: 'moves', follows: true },
  },
  tables: ['app_user', 'user_role', 'account_request'],
  published: ['app_user', 'user_role'],
} as const satisfies ModuleManifest;
