import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'personnel',
  feature: 'people',
  facts: true,
  seeds: true,
  permissions: undivided({
    'personnel:read': ['查看人事系统同步记录', 'See what personnel systems stated'],
    'personnel:manage': ['处理人事系统同步记录', 'Handle what personnel systems stated'],
  }),
  grants: {
    'safety-head': ['personnel:read@all', 'personnel:manage@all'],
    'privacy-officer': ['personnel:read@all'],
    auditor: ['personnel:read@all'],
  },
  problems: {
    'alias.taken': [
      409,
      'Another person has this id in that system',
      'Remove it from that person first, where it was entered by mistake.',
    ],
    'personnel.joined-file': [
      409,
      'This number is of a file that was joined with another one',
      'The person stays employed by the number of the other file: enter there that they left, or undo the joining.',
    ],
    'alias.unknown': unknownProblem('id of another system', '/persons/{id}/aliases'),
    'personnel.unknown': unknownProblem('statement', '/personnel-statements'),
    'personnel.same-instant': [
      409,
      'The system made another statement on this person at the same instant',
      'Send each statement with the instant at which it was made.',
    ],
    'personnel.ahead': [
      422,
      'The statement is from the future',
      'Set the clock of the personnel system: statements may be two minutes ahead at most.',
    ],
    'personnel.department-unknown': [
      422,
      'No department in use, or more than one, has this id or name',
      'Enter the department under Places, or let the personnel system send its id; then try again.',
    ],
    'personnel.host-unknown': [
      422,
      'The host that is stated is known to no file',
      'State the employee number of an active person of the company, or what the same system calls them; or enter that person, then try again.',
    ],
    'personnel.valid-until-past': [
      422,
      'The last day that is stated is past',
      'State `left` for a person who is here no more, or the new last day.',
    ],
    'personnel.other-name': [
      409,
      'The employee number is that of a person with another name',
      'Where both are the same person, enter the id of the system in the file of that person; then try again.',
    ],
    'personnel.other-id': [
      409,
      'The system has another id for this person already',
      'Where the old id is over, as after a rehiring, remove it in the file of the person; then try again.',
    ],
    'personnel.not-refused': [
      409,
      'The statement is not refused',
      'Reload the list: it was handled meanwhile.',
    ],
  },
  noticeKinds: {
    'personnel.refused': {
      zh: '人事系统的变动未能处理',
      en: 'A statement of a personnel system was refused',
      channels: 'work',
      link: '/admin/personnel',
    },
  },
  audit: {
    entities: named({
      'person-alias': ['外部系统编号', 'id in another system'],
      'personnel-statement': ['人事变动记录', 'personnel statement'],
    }),
    actions: named({ 'apply-statement': ['处理了', 'applied'] }),
  },
  data: {
    policies: [
      {
        id: 'personnel-statements',
        name: { zh: '人事系统的变动记录', en: 'Statements of personnel systems' },
        purpose: {
          zh: '按人事变动更新岗位与权限，并可追溯',
          en: 'Following changes of staff in posts and rights, and tracing them',
        },
        fields: {
          zh: ['工号', '姓名', '部门', '岗位', '在职状态', '外部系统编号'],
          en: ['employee number', 'name', 'department', 'post', 'status', 'ids in other systems'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['safety-head', 'privacy-officer', 'auditor'],
        retentionDays: 400,
        retentionSource: {
          zh: '企业规定：十三个月，之后变动仍在人员档案的履历中',
          en: 'The company: 13 months; the history of the file keeps what was changed',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'person-alias',
        name: { zh: '外部系统中的人员编号', en: 'Id of a person in another system' },
        table: 'person_alias',
        key: 'id',
        api: null,
        policy: 'person-file',
        source: 'system',
        changed: 'updated_at',
        references: ['person'],
      },
      {
        entity: 'personnel-statement',
        name: { zh: '人事系统的变动记录', en: 'Statement of a personnel system' },
        table: 'personnel_statement',
        key: 'id',
        api: '/api/v1/personnel-statements',
        policy: 'personnel-statements',
        source: 'system',
        changed: 'decided_at',
        references: ['person'],
      },
    ],
  },
  records: {
    '/personnel-statements/:id': ['personnel_statement'],
    '/persons/:id/aliases': ['person'],
    '/persons/:id/aliases/:alias': ['person', 'person_alias'],
  },
  personColumns: {
    'person_alias.person_id': {
      what: { zh: '外部系统代码', en: 'id of another system' },
      merge: 'moves',
      ignored: ['stated_at', 'updated_at'],
    },
    'personnel_statement.person_id': {
      what: { zh: '人事系统消息', en: 'statement of a personnel system' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: ['person_alias', 'personnel_statement'],
  published: ['person_alias'],
} as const satisfies ModuleManifest;
