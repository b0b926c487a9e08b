import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'second-reviews',
  // Its permission is that of reviews: who judges an incident may judge those of others a second time.
  feature: 'monitoring',
  problems: {
    'second-review.unknown': unknownProblem('second review', '/second-reviews'),
    'second-review.taken': [
      409,
      'Another reviewer looks at it',
      'Take another one: this one is free again when the lease has ended.',
    ],
    'second-review.over': [
      409,
      'It waits for no second review any more',
      'It was answered, or the incident was reopened. Reload the list.',
    ],
    'second-review.settled': [
      409,
      'The disagreement is settled already',
      'Reload the list of disagreements.',
    ],
    'second-review.own': [
      403,
      'You gave the second verdict',
      'Another reviewer has to say which of the two verdicts is right.',
    ],
    'second-review.setting-conflict': versionConflict('share'),
  },
  fields: {
    lease: [
      '正在查看它的第二复核人的占用；无则为 null。',
      'The lease of the second reviewer who looks at it; null for none.',
    ],
    findings: ['属于该事件的违章，只含证据。', 'The violations of the incident: evidence alone.'],
    share: ['每百个结论抽取几个。', 'How many of a hundred verdicts are drawn.'],
    settled: [
      '如何了结；未了结为 null。',
      'How the disagreement was settled; null while it stands.',
    ],
  },
  audit: {
    entities: named({
      'second-review': ['第二次复核', 'second review'],
      'second-review-setting': ['第二次复核的抽取比例', 'share of second reviews'],
    }),
    actions: named({
      'judge-second': ['完成了', 'gave the verdict of the'],
      'keep-first': ['维持了首次结论：', 'kept the first verdict of the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'second-reviews',
        name: { zh: '第二次复核', en: 'Second reviews' },
        purpose: {
          zh: '检查复核结论是否一致',
          en: 'Checking whether reviewers agree in their verdicts',
        },
        fields: {
          zh: [
            '两次结论',
            '两位复核人',
            '用时',
            '作第二次结论前是否已看到首次结论',
            '分歧如何了结',
          ],
          en: [
            'both verdicts',
            'both reviewers',
            'time taken',
            'who was shown the first verdict before the second',
            'how a disagreement was settled',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head', 'operator'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随违章记录保存',
          en: 'The company: as long as the records of violations',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'second-review',
        name: { zh: '第二次复核', en: 'Second review' },
        table: 'second_review',
        key: 'id',
        // Its list has those alone that wait for the reader.
        api: null,
        policy: 'second-reviews',
        source: "'anshi'",
        changed: 'coalesce(settled_at, second_at, cancelled_at, started_at)',
        references: ['incident', 'user'],
      },
    ],
  },
  records: {
    '/second-reviews/:id': ['second_review'],
    '/second-review-disagreements/:id': ['second_review'],
  },
  tables: ['second_review', 'second_review_seen', 'second_review_setting'],
} as const satisfies ModuleManifest;
