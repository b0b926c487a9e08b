import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'renditions',
  partOf: 'violations',
  facts: true,
  permissions: undivided({
    'evidence:reveal': ['查看证据原片', 'See original evidence'],
  }),
  grants: {
    'safety-officer': ['evidence:reveal@all'],
    'safety-head': ['evidence:reveal@all'],
  },
  dutyConflicts: [
    {
      id: 'roles-originals',
      duties: ['role:manage', 'evidence:reveal'],
      why: {
        zh: '角色授权与查看证据原片不得由同一人承担',
        en: 'The account that grants rights would see faces with them.',
      },
    },
    {
      id: 'accounts-originals',
      duties: ['user:manage', 'evidence:reveal'],
      why: {
        zh: '账号管理与查看证据原片不得由同一人承担',
        en: 'The account that creates accounts would see faces with any of them.',
      },
    },
  ],
  problems: {
    'evidence.being-blurred': [
      404,
      'The rendition with blurred faces is being made',
      'It comes by itself, within seconds on a quiet machine; the violation says when it is ready.',
    ],
    'evidence.blur-failed': [
      404,
      'No rendition with blurred faces can be made',
      'Who may see originals reveals the original with a reason.',
    ],
    'evidence.not-revealed': [
      403,
      'The original is not revealed to you',
      'Reveal it with a reason; it stays so for ten minutes.',
    ],
    'evidence.reveal-too-often': [
      429,
      'Too many originals were revealed',
      'Wait for the seconds named in the header retry-after, then try again.',
    ],
    'evidence.no-order': [
      404,
      'The worker has no such order',
      'It is over, or another worker has it; claim the next one.',
    ],
  },
  audit: {
    actions: named({ 'end-reveal': ['结束查看原片：', 'ended the view of originals of'] }),
  },
  data: {
    policies: [
      {
        id: 'evidence-reveals',
        name: { zh: '证据原片查看记录', en: 'Who was shown original evidence' },
        purpose: { zh: '限时放行与追溯', en: 'Ending each view in time, and tracing it' },
        fields: {
          zh: ['查看人', '违章', '理由', '时间'],
          en: ['who', 'violation', 'reason', 'time'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['auditor', 'privacy-officer'],
        retentionDays: 365,
        retentionSource: {
          zh: '企业规定；审计日志另行保存',
          en: 'The company; the audit log keeps its own term',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  tables: ['blur_order', 'evidence_reveal'],
} as const satisfies ModuleManifest;
