import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'consent',
  facts: true,
  seeds: true,
  problems: {
    'consent.purpose-unknown': [404, 'There is no such purpose', 'See /consent-purposes.'],
    'consent.notice-old': [
      409,
      'The notice was changed meanwhile',
      'Show the version in current, and ask again.',
    ],
  },
  audit: {
    entities: {
      'consent-purpose': { zh: '同意用途', en: 'purpose of consent' },
    },
    actions: {
      'consent-given': { zh: '记录了同意：', en: 'recorded a consent of' },
      'consent-refused': { zh: '记录了不同意：', en: 'recorded a refusal of consent of' },
      'consent-withdrawn': { zh: '记录了撤回同意：', en: 'recorded a withdrawal of consent of' },
    },
  },
  data: {
    policies: [
      {
        id: 'consents',
        name: { zh: '告知与同意记录', en: 'Notices and consents' },
        purpose: { zh: '证明已告知并取得同意', en: 'Proving notice and consent' },
        fields: {
          zh: ['人员', '目的', '版本', '决定', '时间'],
          en: ['person', 'purpose', 'version', 'decision', 'time'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['admin'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定；影响评估报告按第五十六条至少保存三年',
          en: 'The company; impact assessments three years at least by PIPL 56',
        },
        certainty: { rule: 'pipl-55-56' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  personColumns: {
    'consent.person_id': { what: { zh: '同意记录', en: 'consent' }, merge: 'own' },
  },
  tables: ['consent', 'consent_purpose'],
  published: ['consent', 'consent_purpose'],
} as const satisfies ModuleManifest;
