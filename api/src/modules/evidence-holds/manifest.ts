import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'evidence-holds',
  feature: 'monitoring',
  facts: true,
  permissions: undivided({
    'evidence:hold': ['封存与解除封存证据', 'Hold evidence, and lift holds'],
  }),
  grants: {
    'safety-officer': ['evidence:hold@all'],
    'safety-head': ['evidence:hold@all'],
  },
  problems: {
    'evidence-hold.unknown': unknownProblem('hold', '/evidence-holds'),
    'evidence-hold.version-conflict': versionConflict('hold'),
    'evidence-hold.held-before': [
      409,
      'The evidence of this incident is held already',
      'Change the review date of that hold.',
    ],
    'evidence-hold.lifted': [409, 'The hold was lifted', 'Set another one where it is needed.'],
    'evidence-hold.review-past': [
      422,
      'The review date is not in the next five years',
      'Choose a day after today.',
    ],
  },
  fields: {
    hold: ['证据封存编号。', 'Id of the hold.'],
    reviewOn: ['复查日期。', 'The day on which it is looked at again.'],
    setBy: ['封存人。', 'Who set the hold.'],
  },
  noticeKinds: {
    'evidence-hold.review': {
      zh: '证据封存待复查',
      en: 'A hold on evidence is to be reviewed',
      channels: 'work',
      link: '/evidence-holds?hold=:id',
    },
  },
  audit: {
    entities: named({ 'evidence-hold': ['证据封存', 'hold on evidence'] }),
    actions: named({ hold: ['设置了', 'set the'], lift: ['解除了', 'lifted the'] }),
  },
  data: {
    policies: [
      {
        id: 'evidence-holds',
        name: { zh: '证据封存', en: 'Holds on evidence' },
        purpose: {
          zh: '争议、调查或诉讼期间保全证据',
          en: 'Keeping evidence during a dispute, an investigation or a lawsuit',
        },
        fields: {
          zh: ['事件', '原因', '复查日期', '设置人', '解除人'],
          en: ['incident', 'reason', 'review date', 'who set it', 'who lifted it'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：说明证据为何超期保存',
          en: 'The company: it says why evidence was kept beyond its term',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'evidence-hold',
        name: { zh: '证据封存', en: 'Hold on evidence' },
        table: 'evidence_hold',
        key: 'id',
        api: '/api/v1/evidence-holds',
        policy: 'evidence-holds',
        source: "'anshi'",
        changed: 'coalesce(lifted_at, set_at)',
        references: ['incident'],
      },
    ],
  },
  records: { '/evidence-holds/:id': ['evidence_hold'] },
  tables: ['evidence_hold'],
} as const satisfies ModuleManifest;
