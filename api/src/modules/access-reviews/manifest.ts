import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'access-reviews',
  partOf: 'users',
  permissions: {
    'access-review:manage': { zh: '定期权限复核', en: 'Review who has access', undivided: true },
  },
  grants: { manager: ['access-review:manage@all'], auditor: ['access-review:manage@all'] },
  dutyConflicts: [
    {
      id: 'roles-review',
      duties: ['role:manage', 'access-review:manage'],
      why: {
        zh: '角色授权与权限复核不得由同一人承担',
        en: 'The account that grants rights would review its own grants.',
      },
    },
    {
      id: 'accounts-review',
      duties: ['user:manage', 'access-review:manage'],
      why: {
        zh: '账号管理与权限复核不得由同一人承担',
        en: 'The account that creates accounts would review them.',
      },
    },
  ],
  problems: {
    'review.unknown': [404, 'There is no such review of rights', 'See GET /api/v1/access-reviews.'],
    'review.closed': [409, 'The review is closed', 'Open a new one.'],
    'review.open': [409, 'A review is open already', 'Decide its cases first.'],
    'review.role-gone': [
      409,
      'The user does not have the role any more',
      'Decide on "remove", so that the report says what is so; if the role is needed, ask for it again.',
    ],
    'review.self': [
      403,
      'Reviewing one’s own rights is not allowed',
      'Leave the case to another reviewer.',
    ],
  },
  noticeKinds: {
    'access.review': {
      zh: '权限复核',
      en: 'Access is due for review',
      channels: 'work',
      link: '/admin/reviews/:id',
    },
  },
  audit: {
    entities: { 'access-review': { zh: '权限复核', en: 'access review' } },
    actions: {
      'confirm-role': { zh: '确认保留了角色：', en: 'confirmed a role of' },
      'confirm-role-gone': {
        zh: '确认角色此前已收回：',
        en: 'confirmed that a role was gone from',
      },
    },
  },
  records: {
    '/access-reviews/:id': ['access_review'],
  },
  tables: ['access_review', 'access_review_case'],
} as const satisfies ModuleManifest;
