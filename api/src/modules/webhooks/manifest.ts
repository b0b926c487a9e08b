import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'webhooks',
  facts: true,
  feature: {
    id: 'integrations',
    name: { zh: '系统对接', en: 'Integrations' },
    description: {
      zh: '向其他系统推送事件（Webhook）',
      en: 'Sends events to other systems (webhooks)',
    },
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'integration:manage': {
      zh: '管理对接与推送',
      en: 'Manage webhooks and channels',
      undivided: true,
    },
  },
  grants: { admin: ['integration:manage@all'] },
  problems: {
    'webhook.unknown': [404, 'There is no such webhook', 'Reload the list of webhooks.'],
    'webhook.delivery-unknown': [
      404,
      'There is no such delivery',
      'Reload the list of deliveries.',
    ],
    'webhook.version-conflict': [
      409,
      'Someone else changed this webhook meanwhile',
      'Look at the row in current, and change it again with its version.',
    ],
    'webhook.target': [
      422,
      'This address is not allowed',
      'Name an address outside of the plant, or have it allowed by ANSHI_WEBHOOK_ALLOW.',
    ],
  },
  noticeKinds: {
    'integration.failed': {
      zh: '对接故障',
      en: 'A connection to another system fails',
      channels: 'usual',
      link: '/admin/webhooks?webhook=:id',
    },
  },
  audit: {
    entities: { webhook: { zh: '事件推送', en: 'webhook' } },
    actions: { retry: { zh: '重新推送了', en: 'sent again by' } },
  },
  data: {
    policies: [
      {
        id: 'webhook-deliveries',
        name: { zh: '事件推送记录', en: 'Deliveries to webhooks' },
        purpose: { zh: '排查对接故障', en: 'Finding faults of connections' },
        fields: {
          zh: ['地址', '事件', '尝试次数', '对方回应'],
          en: ['address', 'event', 'tries', 'answer'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: 30,
        retentionSource: { zh: '企业规定', en: 'The company' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  records: {
    '/webhooks/:id/deliveries/:delivery': ['webhook', 'webhook_delivery'],
    '/webhooks/:id': ['webhook'],
  },
  tables: ['webhook', 'webhook_delivery', 'webhook_attempt'],
} as const satisfies ModuleManifest;
