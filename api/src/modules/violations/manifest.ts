import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { dictionaries } from './manifest-dictionaries.ts';

export const manifest = {
  name: 'violations',
  facts: true,
  feature: {
    id: 'monitoring',
    name: { zh: '视频监控', en: 'Monitoring' },
    description: {
      zh: '摄像机、实时画面、违章识别与审核',
      en: 'Cameras, live view, violations and their review',
    },
    records: ['model-review', 'violation-objection'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'violation:read': { zh: '查看违章记录', en: 'See violations' },
    'violation:review': { zh: '审核违章记录', en: 'Review violations' },
  },
  grants: {
    worker: ['violation:read@own'],
    'team-leader': ['violation:read@department'],
    head: ['violation:read@department'],
    manager: ['violation:read@all'],
    'safety-officer': ['violation:read@all', 'violation:review@all'],
    'safety-head': ['violation:read@all', 'violation:review@all'],
    operator: ['violation:read@all', 'violation:review@all'],
  },
  problems: {
    'violation.unknown': [404, 'There is no such violation', 'It may belong to another company.'],
    'violation.version-conflict': [
      409,
      'Someone else reviewed this violation meanwhile',
      'Look at the row in current, and decide again with its version.',
    ],
    'violation.already-so': [
      409,
      'The violation already has this status',
      'Reload it; to change a verdict, reopen it first.',
    ],
    'violation.own-case': [
      403,
      'Nobody judges what they may have done themselves',
      'Let another reviewer decide.',
    ],
    'violation.two-names': [
      409,
      'A finding of the act is confirmed of another person',
      'Divide the act first: a choice for one finding does not rename another one.',
    ],
    'violation.name-withdrawn': [
      409,
      'This name was withdrawn from the record by an objection',
      'Confirm the violation without a person, or choose another candidate.',
    ],
    'violation.candidate-gone': [
      409,
      'This person is no candidate of the violation',
      'Reload it: a consent may have been taken back, or more became known of who it was.',
    ],
    'violation.trade-unknown': [
      422,
      'There is no such trade',
      'Take an active word of the dictionary special-work-category.',
    ],
    'violation.not-confirmed': [
      409,
      'The violation is not confirmed',
      'Review it first: only a confirmed violation becomes a hazard.',
    ],
  },
  audit: {
    entities: {
      violation: { zh: '违章记录', en: 'violation' },
    },
  },
  dictionaries: dictionaries,
  data: {
    policies: [
      {
        id: 'violation-records',
        name: { zh: '违章记录与审核结论', en: 'Records of violations, with their verdicts' },
        purpose: { zh: '人员安全档案', en: 'Safety files of people' },
        fields: {
          zh: ['规则', '摄像机', '时间', '涉及人员', '结论', '复核人', '确认时的其他候选'],
          en: [
            'rule',
            'camera',
            'time',
            'the person',
            'verdict',
            'reviewer',
            'other candidates at the verdict',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: [
          'worker',
          'team-leader',
          'head',
          'manager',
          'safety-officer',
          'safety-head',
          'operator',
        ],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随安全档案保存；到期删除其影像',
          en: 'The company: as long as the safety file; its pictures go before',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
      {
        id: 'violation-candidates',
        name: { zh: '违章的候选人员', en: 'Candidates of violations' },
        purpose: {
          zh: '让复核人判断画面中是谁；驳回后或一直未复核的到期删除姓名，违章本身保留',
          en: 'For reviewers to say who a picture shows; of what was dismissed, or never reviewed, the names go at the end of the term and the violation stays',
        },
        fields: {
          zh: ['由工牌得出的姓名', '候选人员及概率', '依据'],
          en: ['the name by a badge', 'candidates with their probability', 'what they rest on'],
        },
        classification: 'internal',
        personal: true,
        sensitive: true,
        legalBasis: { zh: '单独同意（第二十九条）', en: 'Separate consent (PIPL 29)' },
        usedBy: ['safety-officer', 'safety-head', 'operator'],
        retentionDays: 90,
        retentionSource: {
          zh: '企业规定：自驳回或记录之日起，足以复核和重新打开',
          en: 'The company: from the dismissal, or from the record on; enough to review and to open again',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'violation',
        name: { zh: '违章', en: 'Violation' },
        table: 'violation',
        key: 'id',
        api: '/api/v1/violations',
        policy: 'violation-records',
        source: 'source',
        changed: 'recorded_at',
        references: ['site'],
      },
    ],
  },
  records: {
    '/violations/:id': ['violation'],
  },
  personColumns: {
    'violation.person_id': { what: { zh: '违章记录', en: 'violation' }, merge: 'own' },
    'violation_candidate.person_id': {
      what: { zh: '违章候选人', en: 'candidate of a violation' },
      merge: 'moves',
      key: ['violation_id', 'handle'],
      follows: true,
    },
  },
  tables: ['violation', 'verdict', 'violation_candidate', 'violation_recusal'],
  published: ['violation', 'violation_candidate'],
  liveTopics: { violations: { permission: 'violation:read', feature: 'monitoring' } },
} as const satisfies ModuleManifest;
