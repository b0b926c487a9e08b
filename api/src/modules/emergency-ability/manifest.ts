import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict, wordRows } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'emergency-ability',
  seeds: true,
  facts: true,
  feature: 'qualifications',
  permissions: {
    'emergency:read': { zh: '查看应急能力评估', en: 'See what people can do in emergencies' },
    'emergency:manage': {
      zh: '登记应急能力评估与岗位要求',
      en: 'Enter assessments of emergency ability, and what posts ask for',
    },
  },
  grants: {
    'team-leader': ['emergency:read@department'],
    head: ['emergency:read@department'],
    manager: ['emergency:read@all'],
    'safety-officer': ['emergency:read@all', 'emergency:manage@all'],
    'safety-head': ['emergency:read@all', 'emergency:manage@all'],
    trainer: ['emergency:read@site'],
    auditor: ['emergency:read@all'],
  },
  problems: {
    'emergency.unknown': unknownProblem('assessment', '/persons/{id}/emergency-abilities'),
    'emergency.version-conflict': versionConflict('assessment'),
    'emergency.own': [
      403,
      'Nobody assesses themselves',
      'Another person assesses it, and another one enters or revokes it.',
    ],
    'emergency.fields': [
      422,
      'A field cannot be so',
      'Change what errors names; kinds are words in use of the dictionary emergency-kind.',
    ],
  },
  noticeKinds: {
    'emergency-ability.due': {
      zh: '应急能力评估到期',
      en: 'An assessment of emergency ability ends',
      channels: 'work',
      link: '/obligations/:id',
    },
  },
  obligations: {
    'emergency-ability-end': {
      zh: '应急能力评估到期',
      en: 'End of an assessment of emergency ability',
      subject: 'person',
      link: '/admin/people/:id',
      linkRead: 'person:read',
      ownLink: '/me/qualifications',
      notice: 'emergency-ability.due',
      lead: { n: 30, unit: 'days' },
      escalate: 14,
      read: 'emergency:read',
      tell: { to: 'emergency:manage', person: true },
      steps: {
        upcoming: {
          severity: 'info',
          title: {
            zh: '{name}：{detail}应急能力评估将到期',
            en: '{name}: the assessment for {detail} ends soon',
          },
          body: {
            zh: '有效期至 {due}。请安排演练、考试或评估。',
            en: 'Valid until {due}. Plan a drill, an exam or an assessment.',
          },
        },
        overdue: {
          severity: 'warning',
          title: {
            zh: '{name}：{detail}应急能力评估已到期',
            en: '{name}: the assessment for {detail} has ended',
          },
          body: { zh: '有效期至 {due}。请重新评估。', en: 'Valid until {due}. Assess it again.' },
        },
      },
      doing: { zh: '在人员档案中登记新的评估。', en: 'Enter the new assessment at the person.' },
    },
  },
  audit: {
    entities: named({
      'emergency-assessment': ['应急能力评估', 'assessment of emergency ability'],
    }),
    actions: named({ 'emergency-revoke': ['撤销了', 'revoked'] }),
  },
  dictionaries: {
    'emergency-kind': {
      name: { zh: '应急类型', en: 'Kinds of emergencies' },
      words: wordRows([
        ['fire', '火灾扑救与疏散', 'Fire and evacuation'],
        ['chemical-leak', '化学品泄漏处置', 'Chemical leak'],
        ['first-aid', '现场急救', 'First aid'],
        ['rescue', '救援', 'Rescue'],
      ]),
    },
  },
  data: {
    policies: [
      {
        id: 'emergency-ability',
        name: { zh: '应急能力评估', en: 'Assessments of emergency ability' },
        purpose: {
          zh: '核实人员的应急处置能力',
          en: 'Knowing who can do what in an emergency',
        },
        fields: {
          zh: ['人员', '应急类型', '方式', '等级与得分', '日期', '评估人', '来源'],
          en: ['person', 'kind', 'method', 'level and score', 'dates', 'assessor', 'source'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: {
          zh: '履行法定职责或法定义务所必需（第十三条第三项）；安全生产法第二十八条',
          en: 'Needed for a duty by law (PIPL 13(3)); Work Safety Law 28',
        },
        usedBy: ['safety-officer', 'head', 'team-leader', 'trainer'],
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
        entity: 'emergency-assessment',
        name: { zh: '应急能力评估', en: 'Assessment of emergency ability' },
        table: 'emergency_assessment',
        key: 'id',
        api: '/api/v1/persons/{id}/emergency-abilities',
        policy: 'emergency-ability',
        source: "'anshi'",
        changed: 'coalesce(revoked_at, created_at)',
        references: ['person'],
      },
    ],
  },
  records: {
    '/emergency-abilities/:id': ['emergency_assessment'],
    '/persons/:id/emergency-abilities': ['person'],
    '/posts/:id/emergency-needs': ['post'],
  },
  personColumns: {
    'emergency_assessment.person_id': {
      what: { zh: '应急能力评估', en: 'assessment of emergency ability' },
      merge: 'moves',
    },
    'emergency_assessment.assessor_id': {
      what: { zh: '所作的应急能力评估', en: 'assessment that the person made' },
      merge: 'stays',
      why: { zh: '评估人按当时的档案保存', en: 'Who assessed it is named as then' },
    },
  },
  tables: ['emergency_assessment', 'emergency_need'],
  published: ['emergency_need'],
} as const satisfies ModuleManifest;
