import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'incident-shares',
  facts: true,
  feature: 'monitoring',
  permissions: undivided({
    'incident-share:give': ['向指定账号提供事件链接', 'Give accounts a link to an incident'],
  }),
  grants: {
    'safety-officer': ['incident-share:give@all'],
    'safety-head': ['incident-share:give@all'],
  },
  problems: {
    'incident-share.unknown': [
      404,
      'This link opens nothing for this account',
      'Ask the person who sent it for a link of your own; it is refused to accounts that it does not name.',
    ],
    'incident-share.over': [
      410,
      'The link has ended',
      'Ask the person who sent it for another one.',
    ],
    'incident-share.giver': [
      410,
      'The account that gave the link may not give it any more',
      'Ask a safety officer for another one.',
    ],
    'incident-share.too-many-tries': [
      429,
      'Too many links that open nothing were tried',
      'Wait ten minutes.',
    ],
    'incident-share.version-conflict': versionConflict('link'),
    'incident-share.gone': unknownProblem('link', '/incidents/{id}/shares'),
    'incident-share.until': [
      422,
      'The link must end within 30 days, and not in the past',
      'Choose another end.',
    ],
    'incident-share.recipient': [
      422,
      'A recipient is no account that can sign in, or is you',
      'Take accounts of GET /incidents/{id}/share-candidates.',
    ],
  },
  noticeKinds: {
    'incident-share.given': {
      zh: '收到事件链接',
      en: 'A link to an incident was given to you',
      channels: 'work',
      link: '/shared/:id',
    },
  },
  audit: {
    entities: named({ 'incident-share': ['事件链接', 'link to an incident'] }),
    actions: named({
      'end-link': ['结束了', 'ended the'],
      'refuse-link': ['被拒绝打开', 'was refused the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'incident-shares',
        name: { zh: '事件链接及其查看记录', en: 'Links to incidents, and who looked' },
        purpose: {
          zh: '向指定人员限时提供一起事件，并可追溯谁看过',
          en: 'Giving an incident to named people for a time, and showing who looked',
        },
        fields: {
          zh: ['事件', '原因', '提供人', '收件账号', '截止时间', '查看次数与时间'],
          en: [
            'incident',
            'reason',
            'who gave it',
            'recipients',
            'end',
            'count and times of views',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随违章事件保存',
          en: 'The company: as long as the incident',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'incident-share',
        name: { zh: '事件链接', en: 'Link to an incident' },
        table: 'incident_share',
        key: 'id',
        api: '/api/v1/incidents/{id}/shares',
        policy: 'incident-shares',
        source: "'anshi'",
        changed: 'coalesce(ended_at, at)',
        references: ['incident', 'user'],
      },
      {
        entity: 'incident-share-recipient',
        name: { zh: '事件链接的收件账号', en: 'Recipient of a link to an incident' },
        table: 'incident_share_recipient',
        key: 'share_id, user_id',
        api: '/api/v1/incidents/{id}/shares',
        policy: 'incident-shares',
        source: "'anshi'",
        changed: 'last_at',
        references: ['incident-share', 'user'],
      },
    ],
  },
  records: { '/incident-shares/:id': ['incident_share'] },
  tables: ['incident_share', 'incident_share_recipient'],
} as const satisfies ModuleManifest;
