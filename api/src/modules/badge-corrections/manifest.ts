import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'badge-corrections',
  facts: true,
  feature: 'people',
  permissions: undivided({
    'badge:correct': [
      '更正工牌登记并移动相关记录',
      'Correct who wore a badge, and move its records',
    ],
  }),
  grants: { 'safety-head': ['badge:correct@all'] },
  problems: {
    'badge-correction.unknown': unknownProblem('correction', '/badge-corrections'),
    'badge-correction.binding-unknown': [
      422,
      'There is no such binding of a badge',
      'Look the badge up again: the list has who wore it, from when to when.',
    ],
    'badge-correction.person-unknown': [
      422,
      'This person cannot have worn the badge',
      'Choose another person of the register; who has left wears no badge now.',
    ],
    'badge-correction.times': [
      422,
      'The badge was not worn in this time',
      'Choose times within those of the binding.',
    ],
    'badge-correction.own-case': [
      403,
      'Nobody moves records of their own',
      'Ask another person: you are one of the two.',
    ],
    'badge-correction.stale': [
      409,
      'What depends on the binding changed since the preview',
      'Look at the preview again, and confirm it.',
    ],
    'badge-correction.undone': [
      409,
      'The correction was undone already',
      'Make a new one where it was right after all.',
    ],
    'badge-correction.changed-since': [
      409,
      'The bindings of the badge changed since the correction',
      'Undo the later change first, or correct the binding anew.',
    ],
    'badge-correction.overlaps': [
      409,
      'Another binding of the badge covers a part of this time',
      'Bindings of before this was checked may overlap: correct the other one first, so that it ends where this one begins.',
    ],
    'badge-correction.too-many': [
      422,
      'More than 500 records depend on it',
      'Correct it in shorter stretches of time, one after the other.',
    ],
    'badge-correction.incomplete': [
      409,
      'Some of the records could not be moved, so that none was',
      'Look at the preview again. Where it comes again, shorten the time, and report the violations that stay.',
    ],
  },
  audit: {
    entities: named({ 'badge-correction': ['工牌更正', 'correction of a badge'] }),
    actions: named({ 'undo-correction': ['撤销了', 'undid the'] }),
  },
  data: {
    policies: [
      {
        id: 'badge-corrections',
        name: { zh: '工牌更正', en: 'Corrections of badges' },
        purpose: {
          zh: '更正错误的工牌登记，使记录归于正确的人',
          en: 'Mending wrong bindings, so that records follow the right person',
        },
        fields: {
          zh: ['工牌', '原人员', '应为人员', '时段', '理由', '更正人'],
          en: ['badge', 'wrong person', 'right person', 'time', 'reason', 'who corrected it'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.correction,
        usedBy: ['safety-head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随安全档案保存',
          en: 'The company: as long as the safety file',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'badge-correction',
        name: { zh: '工牌更正', en: 'Correction of a badge' },
        table: 'badge_correction',
        key: 'id',
        api: '/api/v1/badge-corrections',
        policy: 'badge-corrections',
        source: "'anshi'",
        changed: 'at',
        references: ['person', 'badge', 'user'],
      },
    ],
  },
  records: { '/badge-corrections/:id': ['badge_correction'] },
  personColumns: {
    'badge_correction.from_person': {
      what: { zh: '工牌更正', en: 'correction of a badge' },
      merge: 'stays',
      why: { zh: '更正的经过保持原样', en: 'What was corrected stays as it was' },
    },
    'badge_correction.to_person': {
      what: { zh: '工牌更正', en: 'correction of a badge' },
      merge: 'stays',
      why: { zh: '更正的经过保持原样', en: 'What was corrected stays as it was' },
    },
  },
  tables: ['badge_correction'],
  published: ['badge_correction'],
} as const satisfies ModuleManifest;
