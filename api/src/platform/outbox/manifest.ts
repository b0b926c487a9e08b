import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'outbox',
  partOf: 'webhooks',
  facts: true,
  folders: ['platform/outbox', 'platform/feed'],
  data: {
    policies: [
      {
        id: 'outgoing-events',
        name: { zh: '对外发布的事件', en: 'Events told to others' },
        purpose: {
          zh: '总线与其他系统的可靠送达',
          en: 'Reliable delivery on the bus and to other systems',
        },
        fields: {
          zh: ['类型', '对象', '内容', '时间'],
          en: ['type', 'subject', 'data', 'time'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['admin'],
        retentionDays: 30,
        retentionSource: {
          zh: '企业规定：全部送达后保留一个月备查，记录本身另存',
          en: 'The company: a month after they were told everywhere; the records themselves are kept',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  tables: ['outbox_event', 'outbox_mark', 'feed_position'],
} as const satisfies ModuleManifest;
