import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'permits',
  facts: true,
  feature: {
    id: 'permits',
    name: { zh: '特殊作业票', en: 'Work permits' },
    description: {
      zh: '动火、受限空间、高处等特殊作业的申请、批准、中止与到期',
      en: 'Application, approval, suspension and end of permits for special work',
    },
    dependsOn: ['people'],
    records: ['permit'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: undivided({
    'permit:read': ['查看作业票', 'See work permits'],
    'permit:apply': ['申请、开始与关闭作业票', 'Apply for work permits, begin and close them'],
    'permit:approve': ['批准与恢复作业票', 'Approve and resume work permits'],
    'permit:stop': ['中止与撤销作业票', 'Suspend and revoke work permits'],
  }),
  grants: {
    'team-leader': ['permit:read@all', 'permit:apply@all', 'permit:stop@all'],
    head: ['permit:read@all', 'permit:apply@all', 'permit:stop@all'],
    maintainer: ['permit:read@all', 'permit:apply@all', 'permit:stop@all'],
    manager: ['permit:read@all', 'permit:stop@all'],
    'safety-officer': ['permit:read@all', 'permit:approve@all', 'permit:stop@all'],
    'safety-head': ['permit:read@all', 'permit:approve@all', 'permit:stop@all'],
    inspector: ['permit:read@all', 'permit:stop@all'],
    operator: ['permit:read@all', 'permit:stop@all'],
    auditor: ['permit:read@all'],
  },
  dutyConflicts: [
    {
      id: 'permit-apply-approve',
      duties: ['permit:apply', 'permit:approve'],
      why: {
        zh: '作业票的申请与批准不得由同一人承担',
        en: 'The person who does the work would approve it.',
      },
    },
  ],
  problems: {
    'permit.unknown': unknownProblem('work permit', '/permits'),
    'permit.version-conflict': versionConflict('permit'),
    'permit.word-unknown': [
      422,
      'The kind of work, the area or a person is not known',
      'Take a word of the dictionary special-work, an area of /areas and people of /permits/people.',
    ],
    'permit.times': [
      422,
      'The times of the permit cannot be',
      'It ends after it begins, in the future, and lasts 30 days at most.',
    ],
    'permit.no-draft': [
      409,
      'The permit is no draft any more',
      'Let it be returned first, or apply for another one.',
    ],
    'permit.not-yours': [
      403,
      'Only the applicant changes a draft',
      'Ask the applicant, who is named in the permit.',
    ],
    'permit.not-time': [
      409,
      'It is not the time of this permit',
      'Work begins and goes on between its times only; it ends by itself when they are over.',
    ],
  },
  fields: {
    areaName: ['区域名称；区域已删除为 null。', 'Name of the area; null where it is gone.'],
    kindName: ['字典中的名称。', 'The word of the dictionary.'],
  },
  audit: { entities: named({ permit: ['作业票', 'work permit'] }) },
  data: {
    policies: [
      {
        id: 'permits',
        name: { zh: '特殊作业票', en: 'Work permits' },
        purpose: {
          zh: '特殊作业的审批、监督与追溯',
          en: 'Approval, supervision and tracing of special work',
        },
        fields: {
          zh: ['作业类别', '区域', '作业人员', '时间', '申请人与批准人'],
          en: ['kind of work', 'area', 'people', 'times', 'applicant and approver'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['maintainer', 'head', 'safety-officer', 'operator'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：长期保存（GB 30871 要求至少 1 年）',
          en: 'The company: kept (GB 30871 asks for at least one year)',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'permit',
        name: { zh: '作业票', en: 'Work permit' },
        table: 'permit',
        key: 'id',
        api: '/api/v1/permits',
        policy: 'permits',
        source: "'anshi'",
        changed: 'entered_at',
        references: ['area', 'person', 'user'],
      },
    ],
  },
  records: { '/permits/:id': ['permit'] },
  personColumns: {
    'permit.people': {
      what: { zh: '作业票人员', en: 'person on a permit' },
      merge: 'stays',
      why: { zh: '作业票按签发时保存', en: 'A permit stays as it was issued' },
    },
  },
  tables: ['permit'],
} as const satisfies ModuleManifest;
