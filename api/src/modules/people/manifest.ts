import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { dictionaries } from './manifest-dictionaries.ts';
import { obligations } from './manifest-obligations.ts';

export const manifest = {
  name: 'people',
  facts: true,
  imports: true,
  seeds: true,
  feature: {
    id: 'people',
    name: { zh: '人员管理', en: 'People' },
    description: {
      zh: '部门、岗位、人员档案、授权与个人信息保护',
      en: 'Departments, posts, personnel files, consent and the protection of personal data',
    },
    required: true,
  },
  permissions: {
    'person:read': { zh: '查看人员档案', en: 'See the files of people' },
    'person:manage': { zh: '维护人员档案', en: 'Manage the files of people' },
    'person:reveal': { zh: '查看敏感信息原文', en: 'Reveal sensitive fields' },
  },
  grants: {
    'team-leader': ['person:read@department'],
    head: ['person:read@department'],
    manager: ['person:read@all'],
    'safety-officer': ['person:read@all'],
    'safety-head': ['person:read@all', 'person:manage@all', 'person:reveal@all'],
    trainer: ['person:read@site'],
    'privacy-officer': ['person:read@all'],
  },
  dutyConflicts: [
    {
      id: 'roles-reveal',
      duties: ['role:manage', 'person:reveal'],
      why: {
        zh: '角色授权与敏感信息查看不得由同一人承担',
        en: 'The account that grants rights would use the most sensitive of them.',
      },
    },
    {
      id: 'accounts-reveal',
      duties: ['user:manage', 'person:reveal'],
      why: {
        zh: '账号管理与敏感信息查看不得由同一人承担',
        en: 'The account that creates accounts would open sensitive fields with any of them.',
      },
    },
  ],
  fields: {
    company: ['单位。', 'The company that the person works for.'],
    supplierId: ['所属供应商。', 'The supplier that sends the person.'],
    host: ['接待人。', 'The employee who is responsible for the person on site.'],
    hostId: ['接待人。', 'The employee who is responsible for the person on site.'],
  },
  problems: {
    'person.unknown': [404, 'There is no such person', 'They may lie outside of what you may see.'],
    'person.number-taken': [
      409,
      'Another person has this employee number',
      'Look that person up, or give another number.',
    ],
    'person.national-id-taken': [
      409,
      'Another person has this identity number',
      'Look that person up by the number: they may be on record already.',
    ],
    'person.version-conflict': [
      409,
      'Someone else changed this person meanwhile',
      'Look at the row in current, and change it again with its version.',
    ],
    'person.left': [
      409,
      'The person has left',
      'A person who comes back is set active again before anything else is changed.',
    ],
    'person.step-unknown': [
      404,
      'This step does not wait any more',
      'It was done or taken back meanwhile: reload the file of the person.',
    ],
    'person.step-stated': [
      409,
      'A personnel system stated this step',
      'Have it corrected there: its next statement takes the place of this one.',
    ],
    'person.post-unknown': [
      422,
      'There is no such post in use',
      'Choose one that GET /api/v1/posts?active=true lists.',
    ],
    'person.host-unknown': [
      422,
      'This person cannot be the host',
      'Choose an active person of the company who is no visitor, and not the person themselves.',
    ],
    'person.supplier-unknown': [
      422,
      'There is no such supplier, or the person is no contractor',
      'Choose a supplier of the register for a contractor, or leave it out and write the company.',
    ],
    'person.visitor-needs-end': [
      422,
      'A visitor needs a last day',
      'Give the last day on which the visitor may be here.',
    ],
    'person.reveal-too-often': [
      429,
      'Too many sensitive fields were revealed',
      'Wait for the seconds named in the header retry-after, then try again.',
    ],
    'person.nothing-sealed': [404, 'This field is empty', 'Nothing was entered for this person.'],
    'badge.taken': [
      409,
      'The badge is assigned to another person',
      'End that binding first, with the time at which the badge was handed back.',
    ],
    'badge.on-vehicle': [
      409,
      'The tag is on a vehicle',
      'Take it off the vehicle first: a tag is a person’s or a vehicle’s, never both.',
    ],
    'badge.unknown': [
      404,
      'There is no such badge of this person',
      'It may be handed back already.',
    ],
  },
  noticeKinds: {
    'person.step-refused': {
      zh: '计划的人员变动未能执行',
      en: 'A planned move or leaving was not made',
      channels: 'work',
      link: '/admin/people/:id',
    },
    'badge.return': {
      zh: '借用的工牌应归还',
      en: 'A lent badge is due back',
      channels: 'work',
      link: '/obligations/:id',
    },
    'person.contract-end': {
      zh: '承包商人员到期',
      en: 'The time of a contractor ends',
      channels: 'work',
      link: '/obligations/:id',
    },
  },
  obligations,
  audit: {
    entities: { person: { zh: '人员档案', en: 'person' } },
    actions: {
      transfer: { zh: '调动了', en: 'transferred' },
      leave: { zh: '办理了离职：', en: 'noted the leaving of' },
      return: { zh: '办理了返岗：', en: 'noted the return of' },
      'badge-bind': { zh: '绑定了工牌：', en: 'gave a badge to' },
      'badge-correct': { zh: '更正了工牌登记：', en: 'corrected a badge of' },
      'plan-step': { zh: '安排了人员变动：', en: 'planned a step of' },
      'act-step': { zh: '执行了安排的人员变动：', en: 'made a planned step of' },
      'take-back-step': { zh: '撤回了安排的人员变动：', en: 'took back a planned step of' },
      'badge-settle': { zh: '了结了离职人员的工牌：', en: 'settled a badge of' },
      'badge-release': { zh: '解绑了工牌：', en: 'took the badge from' },
    },
  },
  dictionaries: dictionaries,
  data: {
    policies: [
      {
        id: 'person-file',
        name: { zh: '人员基本信息', en: 'Basic data of people' },
        purpose: { zh: '人员、岗位与资格管理', en: 'Managing people, posts and qualifications' },
        fields: {
          zh: [
            '姓名',
            '工号',
            '部门',
            '岗位',
            '入离职日期',
            '人员类别',
            '单位',
            '接待人',
            '有效期',
          ],
          en: [
            'name',
            'employee number',
            'department',
            'post',
            'dates',
            'kind',
            'company',
            'host',
            'last day',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['admin', 'safety-officer', 'head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：在职期间及安全档案保存期',
          en: 'The company: while employed, and as long as the safety file',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
      {
        id: 'person-sensitive',
        name: { zh: '身份证号与电话', en: 'Identity numbers and phones' },
        purpose: { zh: '身份核验、证书申报、紧急联系', en: 'Identity, certificates, emergencies' },
        fields: {
          zh: ['身份证号', '手机号'],
          en: ['identity number', 'phone'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.staffManagement,
        usedBy: ['admin'],
        retentionDays: 730,
        retentionSource: {
          zh: '离职后起算；《劳动合同法》第五十条：已解除的劳动合同文本至少保存二年',
          en: 'From the day of leaving; Labour Contract Law 50: contracts that ended are kept two years',
        },
        certainty: { rule: 'labour-contracts-kept' },
        storage: {
          zh: '数据库，AES-256-GCM 加密，密钥另存',
          en: 'Database, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
    catalogue: [
      {
        entity: 'person',
        name: { zh: '人员', en: 'Person' },
        table: 'person',
        key: 'id',
        api: '/api/v1/persons',
        policy: 'person-file',
        source: 'source_system',
        changed: 'updated_at',
        references: ['department'],
      },
      {
        entity: 'person-step',
        name: { zh: '安排的人员变动', en: 'Planned move or leaving' },
        table: 'person_step',
        key: 'id',
        api: null,
        policy: 'person-file',
        source: "coalesce(system, 'anshi')",
        changed: 'coalesce(decided_at, created_at)',
        references: ['person'],
      },
      {
        entity: 'badge',
        name: { zh: '工牌', en: 'Badge' },
        table: 'badge',
        key: 'id',
        api: null,
        policy: 'person-file',
        source: "'anshi'",
        changed: 'since',
        references: ['person'],
      },
    ],
  },
  records: {
    '/persons/:id': ['person'],
    '/persons/:id/badges/:binding': ['person', 'badge'],
    '/persons/:id/badges/:binding/settlement': ['person', 'badge'],
    '/persons/:id/steps/:step': ['person', 'person_step'],
  },
  personColumns: {
    'person.host_id': {
      what: { zh: '接待人', en: 'host of a person' },
      merge: 'moves',
      follows: true,
    },
    'person_sensitive.person_id': {
      what: { zh: '证件号与电话', en: 'identity number and phone' },
      merge: 'own',
    },
    'badge.person_id': {
      what: { zh: '工牌', en: 'badge' },
      merge: 'moves',
      // Handed back meanwhile, it was still worn by whom it was given to.
      ignored: ['until', 'due_back', 'owed_since', 'settled', 'settled_at'],
    },
    'person_step.person_id': {
      what: { zh: '安排的人员变动', en: 'planned move or leaving' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: ['person', 'person_sensitive', 'badge', 'person_step'],
  published: ['person', 'badge'],
} as const satisfies ModuleManifest;
