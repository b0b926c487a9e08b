import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

const keeps = {
  zh: '合并的经过保持原样',
  en: 'What was joined stays as it was',
};
const mark = { zh: '不同人员标记', en: 'mark of two people' };
const keepsMark = {
  zh: '标记随保留的档案继续有效',
  en: 'It holds for the file that remains',
};
const what = { zh: '档案合并', en: 'joining of two files' };

export const manifest = {
  name: 'person-merges',
  facts: true,
  feature: 'people',
  permissions: undivided({
    'person:merge': ['合并重复的人员档案', 'Join two files of one person'],
  }),
  grants: { 'safety-head': ['person:merge@all'] },
  problems: {
    'person-merge.unknown': unknownProblem('merge', '/person-merges'),
    'person-merge.same': [
      422,
      'A file is not joined with itself',
      'Choose two files; an id of a joined file is the same as the one that it leads to.',
    ],
    'person-merge.joined-already': [
      409,
      'One of the files was joined with another one',
      'Join the file that remains of it, or undo the earlier joining.',
    ],
    'person-merge.own-case': [
      403,
      'Nobody joins files of their own',
      'Ask another person: you are one of the two.',
    ],
    'person-merge.blocked': [
      409,
      'Something speaks against joining the files',
      'Look at conflicts: each says what to do first.',
    ],
    'person-merge.not-accepted': [
      422,
      'Something has to be accepted before',
      'Look at conflicts, and send the codes in accepted.',
    ],
    'person-merge.stale': [
      409,
      'Something changed since the preview',
      'Look at the preview again, and confirm it.',
    ],
    'person-merge.too-many': [
      422,
      'More than 500 violations name the file that is joined',
      'Keep that file, and join the other one with it.',
    ],
    'person-merge.unknown-mark': unknownProblem('mark', '/person-merges/distinct'),
    'person-merge.said-two': [
      409,
      'The two files are marked as two people already',
      'Take the mark back first where they are one person.',
    ],
    'person-merge.undone': [
      409,
      'The joining was undone already',
      'Join the files anew where it was right after all.',
    ],
    'person-merge.chained': [
      409,
      'The file that remained was joined with another one since',
      'Undo that later joining first.',
    ],
    'person-merge.changed-since': [
      409,
      'Some of the records changed since the files were joined',
      'Look at changed: undo it with leaveChanged where these may stay with the file that remained.',
    ],
  },
  noticeKinds: {
    'person-merge.made': {
      zh: '本人档案合并或撤销合并',
      en: 'Files of yours were joined or parted',
      channels: 'work',
      link: '/me/data',
    },
  },
  audit: {
    entities: named({
      'person-merge': ['档案合并', 'joining of two files'],
      'person-distinct': ['不同人员标记', 'mark of two people'],
    }),
    actions: named({
      'join-files': ['合并了重复档案', 'joined with another file the'],
      'part-files': ['撤销合并，恢复了', 'parted from another file the'],
      'undo-merge': ['撤销了', 'undid the'],
      'end-two-people': ['取消了', 'took back the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'person-merges',
        name: { zh: '档案合并', en: 'Joining of files' },
        purpose: {
          zh: '合并同一人的重复档案，可撤销；标明不同的人',
          en: 'Joining two files of one person, with undo; marking two people as such',
        },
        fields: {
          zh: ['两份档案', '理由', '操作人', '移动的记录编号'],
          en: ['the two files', 'reason', 'who joined them', 'ids of records that moved'],
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
        entity: 'person-merge',
        name: { zh: '档案合并', en: 'Joining of two files' },
        table: 'person_merge',
        key: 'id',
        api: '/api/v1/person-merges',
        policy: 'person-merges',
        source: "'anshi'",
        changed: 'at',
        references: ['person', 'user'],
      },
    ],
  },
  records: {
    '/person-merges/:id': ['person_merge'],
    '/person-merges/distinct/:id': ['person_distinct'],
  },
  personColumns: {
    'person_merge.from_person': { what, merge: 'stays', why: keeps },
    'person_merge.into_person': { what, merge: 'stays', why: keeps },
    'person_distinct.first_person': { what: mark, merge: 'stays', why: keepsMark },
    'person_distinct.second_person': { what: mark, merge: 'stays', why: keepsMark },
  },
  tables: ['person_merge', 'person_distinct'],
} as const satisfies ModuleManifest;
