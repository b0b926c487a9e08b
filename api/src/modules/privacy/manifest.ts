import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'privacy',
  facts: true,
  seeds: true,
  folders: ['modules/privacy', 'platform/privacy'],
  permissions: {
    'privacy:manage': { zh: '管理个人信息保护', en: 'Manage privacy', undivided: true },
  },
  grants: { 'safety-head': ['privacy:manage@all'], 'privacy-officer': ['privacy:manage@all'] },
  problems: {
    'privacy.unknown': [404, 'There is no such entry', 'See /privacy/register.'],
    'privacy.version-conflict': [
      409,
      'Someone else changed this entry meanwhile',
      'Look at the entry in current, and change it again with its version.',
    ],
    'data-request.unknown': [404, 'There is no such request', 'See /privacy/requests.'],
    'data-request.decided': [
      409,
      'The request is decided already',
      'The person can make a new one.',
    ],
  },
  noticeKinds: {
    'privacy.request': {
      zh: '个人信息请求',
      en: 'A request about personal data',
      channels: 'work',
      link: '/privacy/requests',
    },
    'privacy.decided': {
      zh: '个人信息请求的答复',
      en: 'An answer to your request about your data',
      channels: 'work',
      link: '/me/data',
    },
  },
  audit: {
    actions: {
      erase: { zh: '删除了个人信息：', en: 'erased personal data of' },
      purge: { zh: '按期限清除了', en: 'purged' },
    },
    entities: {
      'compliance-duty': { zh: '法定义务', en: 'duty by law' },
      'data-policy': { zh: '数据登记项', en: 'class of the data register' },
      'data-request': { zh: '个人信息请求', en: 'request about personal data' },
      'impact-assessment': { zh: '个人信息影响评估', en: 'impact assessment' },
      'privacy-setting': { zh: '隐私设置', en: 'privacy settings' },
    },
  },
  records: {
    '/privacy/requests/:id': ['data_request'],
  },
  personColumns: {
    'data_policy.person_id': {
      what: { zh: '数据责任人', en: 'person in charge of data' },
      merge: 'stays',
      why: { zh: '登记的版本不可改动', en: 'Versions of the register are never changed' },
    },
    'data_request.person_id': {
      what: { zh: '个人信息申请', en: 'request about own data' },
      merge: 'moves',
    },
  },
  tables: [
    'data_policy',
    'purge_proof',
    'purged_file',
    'data_request',
    'impact_assessment',
    'privacy_setting',
    'compliance_confirmation',
  ],
  published: ['purged_file'],
} as const satisfies ModuleManifest;
