import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'consumers',
  // It marks events as handled, beside the bus and the webhooks.
  partOf: 'webhooks',
  facts: true,
  folders: ['platform/consumers'],
  permissions: {
    'event:read': { zh: '查看处理失败的事件', en: 'See failed events', undivided: true },
    'event:manage': {
      zh: '重新处理或忽略失败的事件',
      en: 'Replay or dismiss failed events',
      undivided: true,
    },
  },
  grants: { admin: ['event:read@all', 'event:manage@all'] },
  problems: {
    'dead-letter.unknown': [404, 'There is no such failed event', 'Reload the list.'],
    'dead-letter.decided': [
      409,
      'The failed event was replayed or dismissed meanwhile',
      'Look at current; only a dead one can be replayed or dismissed.',
    ],
  },
  noticeKinds: {
    'event.failed': {
      zh: '事件处理失败',
      en: 'An event was not processed',
      channels: 'usual',
      link: '/admin/events',
    },
  },
  audit: {
    entities: { 'dead-letter': { zh: '处理失败的事件', en: 'failed event' } },
    actions: { replay: { zh: '重新处理了', en: 'replayed the' } },
  },
  data: {
    policies: [
      {
        id: 'dead-letters',
        name: { zh: '处理失败的事件', en: 'Failed events' },
        purpose: { zh: '排查并补做未完成的处理', en: 'Finding and making up for failed reactions' },
        fields: {
          zh: ['事件', '错误', '尝试次数', '处理人', '理由'],
          en: ['event', 'error', 'tries', 'who handled it', 'reason'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: 365,
        retentionSource: {
          zh: '企业规定：处理完毕后保留一年',
          en: 'The company: a year, once they are handled',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  records: {
    '/dead-letters/:id': ['consumer_dead_letter'],
  },
  tables: ['consumer', 'consumer_dead_letter'],
} as const satisfies ModuleManifest;
