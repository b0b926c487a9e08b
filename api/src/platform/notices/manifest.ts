import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'notices',
  facts: true,
  folders: ['platform/notices'],
  permissions: {
    'notification:manage': {
      zh: '管理通知渠道',
      en: 'Manage how notices are sent',
      undivided: true,
    },
  },
  grants: { admin: ['notification:manage@all'] },
  problems: {
    'notice.unknown': [404, 'There is no such notice', 'It may be older than notices are kept.'],
    'notice.robot-unknown': [404, 'There is no such robot', 'Reload the list of channels.'],
    'notice.push-host': [
      422,
      'Notices are not pushed to this address',
      'Take a browser whose push service ANSHI_PUSH_HOSTS names, or add its host there.',
    ],
    'notice.not-configured': [
      409,
      'This channel is not configured',
      'See GET /api/v1/notices/channels for what it lacks.',
    ],
    'notice.no-address': [
      404,
      'There is no mail address',
      'Enter one under notice settings first.',
    ],
    'notice.address-confirmed': [409, 'The mail address is confirmed', 'There is nothing to do.'],
    'notice.code-wrong': [
      422,
      'The code is not right',
      'Take the code of the newest mail; five wrong ones end it.',
    ],
    'notice.code-over': [
      409,
      'The code no longer counts',
      'Have a new one sent: a code is good for 30 minutes and five tries.',
    ],
    'notice.mail-failed': [
      503,
      'The mail could not be sent',
      'Check the address and try again; an administrator finds the mail server in the settings.',
    ],
  },
  noticeKinds: {
    test: { zh: '测试通知', en: 'Test notice', channels: 'always', link: '/notices' },
    other: { zh: '其他', en: 'Everything else', channels: 'usual', link: null },
  },
  audit: {
    entities: {
      'notice-preferences': { zh: '通知偏好', en: 'notice preferences' },
      'notice-robot': { zh: '群机器人', en: 'chat robot' },
      'notice-rules': { zh: '通知规则', en: 'notice rules' },
    },
    actions: {
      'email-code-sent': { zh: '发送了邮箱确认码：', en: 'had a code sent for' },
      'email-confirmed': { zh: '确认了邮箱：', en: 'confirmed the mail address of' },
    },
  },
  data: {
    policies: [
      {
        id: 'notices',
        name: { zh: '通知及送达、阅读记录', en: 'Notices, how they were sent and who read them' },
        purpose: {
          zh: '告知任务与风险，证明已告知',
          en: 'Telling of tasks and dangers, and proof of it',
        },
        fields: {
          zh: ['接收人', '正文', '渠道', '发送时间', '阅读时间'],
          en: ['recipient', 'text', 'channel', 'sent', 'read'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['admin'],
        retentionDays: 180,
        retentionSource: {
          zh: '企业规定：半年；任务和隐患的记录另存',
          en: 'The company: half a year; the records of tasks and hazards are kept apart',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
      {
        id: 'notice-settings',
        name: {
          zh: '通知设置、邮箱与推送订阅',
          en: 'How people hear: mail address, devices, choices',
        },
        purpose: { zh: '按本人选择的方式通知', en: 'Telling people as they chose' },
        fields: {
          zh: ['邮箱', '设备', '语言', '免打扰时段', '选择'],
          en: ['email', 'device', 'language', 'quiet hours', 'choices'],
        },
        classification: 'secret',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['admin'],
        retentionDays: 30,
        retentionSource: { zh: '离职后起算；企业规定', en: 'From the day of leaving; the company' },
        certainty: 'own',
        storage: {
          zh: '数据库，AES-256-GCM 加密，密钥另存',
          en: 'Database, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
  },
  records: {
    '/notices/robots/:id': ['notice_robot'],
    '/notices/:id': ['notice'],
  },
  tables: [
    'notice',
    'notice_recipient',
    'notice_delivery',
    'notice_preference',
    'notice_profile',
    'push_subscription',
    'notice_robot',
  ],
  liveTopics: { notices: { permission: 'self' } },
} as const satisfies ModuleManifest;
