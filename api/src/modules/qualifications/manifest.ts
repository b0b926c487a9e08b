import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';
import { dictionaries } from './manifest-dictionaries.ts';
import { obligations } from './manifest-obligations.ts';

export const manifest = {
  name: 'qualifications',
  seeds: true,
  facts: true,
  imports: true,
  feature: {
    id: 'qualifications',
    name: { zh: '人员资质', en: 'Qualifications' },
    description: {
      zh: '特种作业证、特种设备作业证、监护人、岗位技能与健康状况，岗位要求的差距与到期',
      en: 'Certificates, guardians, skills and fitness; what is missing at each post and what ends soon',
    },
    dependsOn: ['people'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'qualification:read': { zh: '查看人员资质', en: 'See qualifications of people' },
    'qualification:manage': {
      zh: '登记、暂停与吊销人员资质',
      en: 'Enter, suspend and revoke qualifications of people',
    },
    'qualification:check': {
      zh: '审核本人上传的资质',
      en: 'Check qualifications that people sent of their own',
    },
    'fitness:manage': { zh: '登记健康检查结论', en: 'Enter the results of medical checks' },
    'fitness:reveal': { zh: '查看健康检查详情', en: 'See the details of medical checks' },
  },
  grants: {
    'team-leader': ['qualification:read@department'],
    head: ['qualification:read@department'],
    manager: ['qualification:read@all'],
    'safety-officer': [
      'qualification:read@all',
      'qualification:manage@all',
      'qualification:check@all',
    ],
    'safety-head': [
      'qualification:read@all',
      'qualification:manage@all',
      'qualification:check@all',
      'fitness:manage@all',
      'fitness:reveal@all',
    ],
    trainer: ['qualification:read@site'],
    auditor: ['qualification:read@all'],
  },
  dutyConflicts: [
    {
      id: 'roles-fitness',
      duties: ['role:manage', 'fitness:reveal'],
      why: {
        zh: '角色授权与健康详情查看不得由同一人承担',
        en: 'The account that grants rights would open medical details with them.',
      },
    },
    {
      id: 'accounts-fitness',
      duties: ['user:manage', 'fitness:reveal'],
      why: {
        zh: '账号管理与健康详情查看不得由同一人承担',
        en: 'The account that creates accounts would open medical details with any of them.',
      },
    },
  ],
  problems: {
    'qualification.unknown': unknownProblem('qualification', '/qualifications'),
    'qualification.version-conflict': versionConflict('qualification'),
    'qualification.person-left': [
      409,
      'The person has left',
      'Nothing is entered for a person who does not work here.',
    ],
    'qualification.category-unknown': [
      422,
      'There is no such category',
      'Take an active word of the dictionary that belongs to the type.',
    ],
    'qualification.fields': [
      422,
      'A field does not fit the type, or a date the law',
      'Change what errors names.',
    ],
    'qualification.other-person': [
      422,
      'The number holds the identity number of another person',
      'Check the person and the number; the scan shows whose certificate it is.',
    ],
    'qualification.scan': [
      422,
      'This file is no scan',
      'Send pictures or PDF files of at most 20 MB each.',
    ],
    'qualification.own': [
      403,
      'This is your own qualification',
      'Another person has to check, change, suspend or revoke it.',
    ],
    'qualification.not-now': [
      409,
      'This cannot be done in its present state',
      'Look at the record in current: it may be checked, suspended or revoked by now.',
    ],
    'qualification.nothing-sealed': [
      404,
      'There is nothing to reveal',
      'Nothing was entered here.',
    ],
    'qualification.no-person': [
      409,
      'This account belongs to no person of the register',
      'Ask the administrator to link the account to your file.',
    ],
  },
  fields: {
    qualification: ['资质编号。', 'Id of the qualification.'],
    category: ['资质类别。', 'The category of the qualification.'],
    categoryName: ['字典中的名称。', 'The word of the dictionary.'],
    issuer: ['发证机关或单位。', 'Who issued it.'],
    lastDay: ['最后有效日。', 'The last day on which it counts.'],
    need: ['岗位要求。', 'What the post asks for.'],
    until: ['最后一天。', 'The last day.'],
    today: ['工厂当日。', 'Today at the plant.'],
    posts: ['岗位。', 'The posts.'],
    cells: ['逐项对照。', 'One entry for each thing that is asked for.'],
    needs: ['岗位要求。', 'What the post asks for.'],
    met: ['是否符合。', 'Whether it is met.'],
    suspendedSince: [
      '从何时起暂停；未暂停为 null。',
      'Since when it is suspended; null where it is not.',
    ],
    suspendReason: ['暂停的原因。', 'Why it is suspended.'],
    revokeReason: ['吊销的原因。', 'Why it was revoked.'],
  },
  noticeKinds: {
    'qualification.upload': {
      zh: '资质待审核',
      en: 'A qualification waits for a check',
      channels: 'work',
      link: '/qualifications/:id',
    },
    'qualification.checked': {
      zh: '资质审核结果',
      en: 'A qualification was checked',
      channels: 'work',
      link: '/me/qualifications',
    },
    'qualification.due': {
      zh: '资质到期、复审与健康检查',
      en: 'A qualification ends or is due for review',
      channels: 'work',
      link: '/obligations/:id',
    },
    'qualification.lost': {
      zh: '资质被暂停或吊销',
      en: 'A qualification was suspended or revoked',
      channels: 'work',
      link: '/me/qualifications',
    },
  },
  obligations,
  audit: {
    entities: named({ qualification: ['人员资质', 'qualification'] }),
    actions: named({
      'qualification-accept': ['审核通过了', 'accepted'],
      'qualification-refuse': ['审核退回了', 'refused'],
      'qualification-withdraw': ['撤回了', 'withdrew'],
      'qualification-suspend': ['暂停了', 'suspended'],
      'qualification-resume': ['恢复了', 'resumed'],
      'qualification-revoke': ['吊销了', 'revoked'],
      'qualification-scan-remove': ['撤除了扫描件', 'removed a scan of'],
    }),
  },
  dictionaries,
  data: {
    policies: [
      {
        id: 'qualification-file',
        name: { zh: '人员资质', en: 'Qualifications of people' },
        purpose: {
          zh: '核实人员是否具备作业资格',
          en: 'Checking whether people may do a work',
        },
        fields: {
          zh: ['资质类别', '证号', '发证机关', '日期', '扫描件', '技能等级'],
          en: ['category', 'number', 'issuer', 'dates', 'scan', 'level of skill'],
        },
        classification: 'internal',
        personal: true,
        sensitive: true,
        legalBasis: {
          zh: '履行法定职责或法定义务所必需（第十三条第三项）；安全生产法第三十条',
          en: 'Needed for a duty by law (PIPL 13(3)); Work Safety Law 30',
        },
        usedBy: ['safety-officer', 'head', 'team-leader', 'trainer'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：在职期间及安全档案保存期',
          en: 'The company: while employed, and as long as the safety file',
        },
        certainty: 'own',
        storage: {
          zh: '数据库；含身份证号的证号加密',
          en: 'Database; numbers that hold an identity number are encrypted',
        },
      },
      {
        id: 'fitness-detail',
        name: { zh: '健康检查详情', en: 'Details of medical checks' },
        purpose: {
          zh: '判断人员能否从事有害作业；其他人只使用结论',
          en: 'Judging fitness for harmful work; others use the result only',
        },
        fields: { zh: ['检查结论', '医生意见', '扫描件'], en: ['result', 'findings', 'scan'] },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: {
          zh: '履行法定职责或法定义务所必需（第十三条第三项）；职业病防治法第三十五条',
          en: 'Needed for a duty by law (PIPL 13(3)); Law on Occupational Diseases 35',
        },
        usedBy: ['safety-head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：职业健康监护档案长期保存',
          en: 'The company: occupational health files are kept',
        },
        certainty: 'own',
        storage: {
          zh: '数据库，AES-256-GCM 加密，密钥另存',
          en: 'Database, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
    catalogue: [
      {
        entity: 'qualification',
        name: { zh: '人员资质', en: 'Qualification of a person' },
        table: 'qualification',
        key: 'id',
        api: '/api/v1/qualifications',
        policy: 'qualification-file',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, checked_at, created_at)',
        references: ['person'],
      },
    ],
  },
  records: {
    '/qualifications/:id': ['qualification'],
    '/persons/:id/qualifications': ['person'],
    '/posts/:id/qualifications': ['post'],
    '/me/qualifications/:id': ['qualification'],
  },
  personColumns: {
    'qualification.person_id': { what: { zh: '证书与资质', en: 'qualification' }, merge: 'moves' },
  },
  tables: ['qualification', 'qualification_suspension'],
} as const satisfies ModuleManifest;
