import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'safety-file',
  facts: true,
  // Who reads violations of people reads their files, within the same reach.
  feature: 'monitoring',
  permissions: {
    ...undivided({
      'objection:decide': ['裁定违章异议', 'Decide objections to violations'],
    }),
    'safety-file:keep': {
      zh: '登记违章的当面告知和书面异议',
      en: 'Record that people without an account were told, and their objections',
    },
  },
  grants: {
    'team-leader': ['safety-file:keep@department'],
    head: ['safety-file:keep@department'],
    manager: ['objection:decide@all', 'safety-file:keep@all'],
    'safety-officer': ['objection:decide@all', 'safety-file:keep@all'],
    'safety-head': ['objection:decide@all', 'safety-file:keep@all'],
  },
  problems: {
    'safety-entry.unknown': unknownProblem('entry of a safety file', '/persons/{id}/safety-file'),
    'safety-entry.not-own': [
      403,
      'Only the person objects to an entry of their file',
      'Ask the person to sign in and object.',
    ],
    'safety-entry.not-in-force': [
      409,
      'The entry does not count any more',
      'Nothing is left to object to: read in its history what became of it.',
    ],
    'safety-entry.evidence-closed': [
      403,
      'The entry does not count any more, so its pictures are not shown with it',
      'They may show the act of another person: who may see the violation opens it there.',
    ],
    'safety-entry.told-already': [
      409,
      'The person was told already',
      'The time to object runs: read in the entry until when.',
    ],
    'safety-entry.not-told': [
      409,
      'The person was not told of the entry yet',
      'Record first on which day the person was told.',
    ],
    'safety-entry.day': [
      422,
      'The day does not fit',
      'It is not before the entry or the telling, and not after today.',
    ],
    'objection.has-account': [
      409,
      'The person has an account',
      'The person signs in and objects; nobody does it in their place.',
    ],
    'objection.open': [
      409,
      'The person objected to this violation, and the objection is not decided',
      'Another person upholds or withdraws the entry first; after that the verdict can be changed.',
    ],
    'objection.unknown': unknownProblem('objection', '/objections'),
    'objection.too-late': [
      409,
      'The time to object is over',
      'Speak with the safety department: a verdict can still be undone.',
    ],
    'objection.twice': [
      409,
      'There is an objection to this entry already',
      'An entry is objected to once; read the decision in the entry.',
    ],
    'objection.by-itself': [
      409,
      'No person takes this step',
      'An objection ends by itself once its entry does not count any more. Uphold or withdraw the entry.',
    ],
    'safety-file.setting-conflict': versionConflict('setting'),
  },
  noticeKinds: {
    'safety-entry.written': {
      zh: '本人档案新增违章记录',
      en: 'A violation was entered in your file',
      channels: 'work',
      link: '/me/violations/:id',
    },
    'safety-entry.changed': {
      zh: '本人违章记录有变动',
      en: 'A violation in your file changed',
      channels: 'work',
      link: '/me/violations/:id',
    },
    'safety-entry.untold': {
      zh: '违章记录需当面告知',
      en: 'A person is to be told of a violation',
      channels: 'work',
      link: '/people/:id/file?tab=violations',
    },
  },
  audit: {
    entities: named({
      'safety-entry': ['安全档案违章记录', 'entry of a safety file'],
      'violation-objection': ['违章异议', 'objection to a violation'],
      'safety-file-setting': ['安全档案设置', 'setting of safety files'],
    }),
    actions: named({
      'entry-tell': ['登记了当面告知', 'recorded that the person was told of the'],
      'entry-take-back': ['随结论撤回了', 'took back with its verdict the'],
      'entry-withdraw': ['按异议撤销了', 'withdrew by an objection the'],
      'entry-move': ['因更正移走了', 'moved by a correction the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'safety-file',
        name: { zh: '安全档案违章记录与异议', en: 'Violations in safety files, and objections' },
        purpose: {
          zh: '安全考核与教育；本人知情与申辩',
          en: 'Appraisal and training in safety; the person knows and can object',
        },
        fields: {
          zh: [
            '人员',
            '违章',
            '地点',
            '时间',
            '身份依据',
            '复核人',
            '他人记录的告知',
            '异议（含书面件）与裁定',
          ],
          en: [
            'person',
            'violation',
            'place',
            'time',
            'how the person was identified',
            'reviewer',
            'the telling that another person recorded',
            'objection, with its scan, and decision',
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
    ],
    catalogue: [
      {
        entity: 'safety-entry',
        name: { zh: '安全档案违章记录', en: 'Entry of a safety file' },
        table: 'safety_entry',
        key: 'id',
        api: '/api/v1/persons/{id}/safety-file',
        policy: 'safety-file',
        source: "'anshi'",
        changed: 'written_at',
        references: ['person', 'violation', 'area', 'user'],
      },
      {
        entity: 'violation-objection',
        name: { zh: '违章异议', en: 'Objection to a violation' },
        table: 'violation_objection',
        key: 'id',
        api: '/api/v1/objections',
        policy: 'safety-file',
        source: "'anshi'",
        changed: 'filed_at',
        references: ['safety-entry', 'person', 'user'],
      },
    ],
  },
  records: {
    '/persons/:id/safety-file': ['person'],
    '/safety-entries/:id': ['safety_entry'],
    '/objections/:id': ['violation_objection'],
  },
  personColumns: {
    'safety_entry.person_id': {
      what: { zh: '安全档案违章记录', en: 'entry of a safety file' },
      merge: 'own',
    },
    'violation_objection.person_id': {
      what: { zh: '违章异议', en: 'objection' },
      merge: 'stays',
      why: { zh: '异议随原记录保存', en: 'An objection stays with its entry' },
    },
  },
  tables: [
    'safety_entry',
    'safety_entry_change',
    'safety_entry_opening',
    'safety_entry_telling',
    'violation_objection',
    'safety_file_setting',
  ],
  published: ['safety_entry'],
} as const satisfies ModuleManifest;
