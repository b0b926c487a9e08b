import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict, wordRows } from '../../platform/manifest-forms.ts';
import { keptAsQualifications } from '../qualifications/manifest-policy.ts';

export const manifest = {
  name: 'training',
  seeds: true,
  facts: true,
  feature: 'qualifications',
  problems: {
    'training.unknown': unknownProblem('record of training', '/persons/{id}/trainings'),
    'training.version-conflict': versionConflict('record of training'),
    'training.own': [
      403,
      'This is your own training',
      'Another person enters, corrects or withdraws it.',
    ],
    'training.closed': [
      409,
      'This record is not corrected',
      'It is withdrawn, or a retraining that is due: withdraw that one and enter it again.',
    ],
    'training.entry': [
      409,
      'The violation does not count any more',
      'Read in the safety file what became of it.',
    ],
    'training.fields': [
      422,
      'A field is not allowed',
      'Change what errors names; courses are words in use of the dictionary training-course.',
    ],
  },
  noticeKinds: {
    'training.due': {
      zh: '再培训到期',
      en: 'A retraining is due',
      channels: 'work',
      link: '/obligations/:id',
    },
  },
  obligations: {
    retraining: {
      zh: '违章后再培训',
      en: 'Retraining after a violation',
      subject: 'person',
      link: '/admin/people/:id',
      linkRead: 'person:read',
      ownLink: '/me/qualifications',
      notice: 'training.due',
      lead: { n: 14, unit: 'days' },
      escalate: 7,
      read: 'qualification:read',
      tell: { to: 'qualification:manage', person: true },
      steps: {
        upcoming: {
          severity: 'info',
          title: { zh: '{name}：须再培训“{detail}”', en: '{name}: retraining in {detail} is due' },
          body: { zh: '须于 {due} 前通过考核。', en: 'The course has to be passed by {due}.' },
        },
        overdue: {
          severity: 'warning',
          title: {
            zh: '{name}：“{detail}”再培训逾期',
            en: '{name}: retraining in {detail} is overdue',
          },
          body: { zh: '应于 {due} 前通过考核。', en: 'The course had to be passed by {due}.' },
        },
      },
      doing: {
        zh: '在人员档案的“培训”中登记合格。',
        en: 'Enter the pass under Training at the person.',
      },
    },
  },
  audit: {
    entities: named({ 'training-record': ['培训记录', 'record of training'] }),
    actions: named({ 'training-withdraw': ['撤回了', 'withdrew'] }),
  },
  dictionaries: {
    'training-course': {
      name: { zh: '培训课程', en: 'Courses' },
      words: wordRows([
        ['new-worker', '三级安全教育', 'Safety training of new workers'],
        ['post-rules', '岗位安全操作规程', 'Operating rules of the post'],
        ['lock-out', '上锁挂牌', 'Lock-out and tag-out'],
        ['protective-equipment', '劳动防护用品的使用', 'Use of protective equipment'],
        ['hazardous-chemicals', '危险化学品安全', 'Safety with hazardous chemicals'],
        ['confined-space', '受限空间作业', 'Work in confined spaces'],
      ]),
    },
  },
  data: {
    policies: [
      {
        id: 'trainings',
        name: { zh: '培训记录', en: 'Records of training' },
        purpose: {
          zh: '核实人员是否通过岗位要求的培训',
          en: 'Knowing whether a person passed the courses that the work asks for',
        },
        fields: {
          zh: ['人员', '课程', '结果', '日期', '有效期', '来源'],
          en: ['person', 'course', 'result', 'day', 'last day', 'source'],
        },
        ...keptAsQualifications,
      },
    ],
    catalogue: [
      {
        entity: 'training-record',
        name: { zh: '培训记录', en: 'Record of training' },
        table: 'training_record',
        key: 'id',
        api: '/api/v1/persons/{id}/trainings',
        policy: 'trainings',
        source: "'anshi'",
        changed: 'coalesce(withdrawn_at, created_at)',
        references: ['person', 'safety-entry'],
      },
    ],
  },
  records: {
    '/trainings/:id': ['training_record'],
    '/persons/:id/trainings': ['person'],
  },
  personColumns: {
    'training_record.person_id': {
      what: { zh: '培训记录', en: 'record of training' },
      merge: 'moves',
    },
  },
  tables: ['training_record'],
} as const satisfies ModuleManifest;
