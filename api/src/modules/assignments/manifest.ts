import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const FEATURE = 'assignments';

export const manifest = {
  name: 'assignments',
  facts: true,
  feature: {
    id: FEATURE,
    name: { zh: '作业安排', en: 'Work assignments' },
    description: {
      zh: '按周安排作业与人员：逐人匹配资质，拒绝不符者，事实变化后重新匹配',
      en: 'A week board of jobs and crews: each person is matched, refused with reasons, and matched again when a fact changes',
    },
    dependsOn: ['people', 'qualifications'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'assignment:read': { zh: '查看作业安排', en: 'See work assignments' },
    'assignment:manage': { zh: '安排作业与人员', en: 'Plan jobs and their crews' },
    'assignment:override': {
      zh: '填写理由后安排待确认的人员（特种作业除外）',
      en: 'Assign who is on hold, with a reason; never to special work',
    },
  },
  grants: {
    worker: ['assignment:read@own'],
    'team-leader': ['assignment:read@department', 'assignment:manage@department'],
    head: [
      'assignment:read@department',
      'assignment:manage@department',
      'assignment:override@department',
    ],
    manager: ['assignment:read@all'],
    production: ['assignment:read@site', 'assignment:manage@site'],
    'safety-officer': ['assignment:read@all'],
    'safety-head': ['assignment:read@all', 'assignment:manage@all', 'assignment:override@all'],
    auditor: ['assignment:read@all'],
  },
  problems: {
    'assignment.unknown': unknownProblem('job', '/assignments/board'),
    'assignment.no-member': [
      404,
      'The person is not on this job',
      'GET /assignments/jobs/:id names the crew.',
    ],
    'assignment.version-conflict': versionConflict('job'),
    'assignment.key-taken': [
      409,
      'The idempotency key was used for another job',
      'Make a new key for each job.',
    ],
    'assignment.fields': [
      422,
      'The job cannot be entered so',
      'errors names the field and what is wrong.',
    ],
    'assignment.place': [
      403,
      'The place is not yours to plan',
      'Plan at machines and in areas of your departments, or ask who is in charge there.',
    ],
    'assignment.state': [
      409,
      'The state of the job does not allow it',
      'Reload it: jobs that are done or cancelled stay as they are, and running ones keep place and begin.',
    ],
    'assignment.time': [
      422,
      'The time of the job does not allow it',
      'A job lasts 7 days at most, ends in the future, and begins 30 minutes before its time at the earliest.',
    ],
    'assignment.refused': [
      422,
      'The person may not do this job',
      'reasons says why and what to do; choose another person.',
    ],
    'assignment.reason-needed': [
      422,
      'The person is on hold',
      'A person with assignment:override assigns with a reason; special work is never overridden.',
    ],
    'assignment.busy': [
      409,
      'The person is assigned elsewhere at this time',
      'Choose another person or time, or take the person off the other job first.',
    ],
    'assignment.crew-refused': [
      409,
      'Some of the crew may not do it so',
      'people names them; take them off the job first.',
    ],
    'assignment.crew-short': [
      409,
      'The crew is too small',
      'Assign as many people as the job needs; those who may no longer do it do not count.',
    ],
  },
  fields: {
    assignedAt: ['何时安排。', 'When the person was assigned.'],
    assignment: ['人员安排的编号。', 'Id of the assignment.'],
    busy: ['可做但另有安排的人数。', 'How many may do it and are assigned elsewhere.'],
    cancelReason: ['取消原因。', 'Why it was cancelled.'],
    places: ['可安排作业的地点。', 'Where this account plans.'],
  },
  noticeKinds: {
    'assignment.not-allowed': {
      zh: '已安排的人员不再符合要求',
      en: 'An assigned person may no longer do the job',
      channels: 'work',
      link: '/assignments/:id',
    },
    'assignment.own': {
      zh: '您的作业安排有变化',
      en: 'Your work has changed',
      channels: 'work',
      link: '/me/work',
    },
  },
  audit: {
    entities: named({ 'work-job': ['作业', 'job'] }),
    actions: named({
      'assign-person': ['安排了一名人员到', 'assigned a person to the'],
      'refuse-person': ['未能安排人员到', 'was refused a person for the'],
      'remove-person': ['取消了一名人员的安排：', 'took a person off the'],
      'begin-job': ['开始了', 'began the'],
      'finish-job': ['完成了', 'finished the'],
      'cancel-job': ['取消了', 'cancelled the'],
      'crew-lost': ['发现人员不再符合要求：', 'found a person who may no longer do the'],
      'crew-cured': ['确认人员重新符合要求：', 'found a person fit again for the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'work-assignments',
        name: { zh: '作业安排', en: 'Work assignments' },
        purpose: {
          zh: '安排有资质的人员作业，并追溯何人安排了何人',
          en: 'Assigning qualified people, and tracing who assigned whom',
        },
        fields: {
          zh: ['作业', '地点', '时间', '人员', '匹配结论', '放行理由'],
          en: [
            'job',
            'place',
            'time',
            'people',
            'decision of the matcher',
            'reason of an override',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: {
          zh: '履行法定职责或法定义务所必需（第十三条第三项）；安全生产法第三十条',
          en: 'Needed for a duty by law (PIPL 13(3)); Work Safety Law 30',
        },
        usedBy: ['team-leader', 'head', 'production', 'safety-officer'],
        retentionDays: 1095,
        retentionSource: { zh: '企业规定：三年', en: 'The company: three years' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'work-job',
        name: { zh: '作业', en: 'Job' },
        table: 'work_job',
        key: 'id',
        api: '/api/v1/assignments/board',
        policy: 'work-assignments',
        source: "'anshi'",
        changed: 'updated_at',
        references: ['area', 'equipment', 'post', 'user'],
      },
      {
        entity: 'work-assignment',
        name: { zh: '作业人员', en: 'Assignment to a job' },
        table: 'work_assignment',
        key: 'id',
        api: '/api/v1/assignments/board',
        policy: 'work-assignments',
        source: "'anshi'",
        changed: 'coalesce(ended_at, lost_at, assigned_at)',
        references: ['work-job', 'person', 'user'],
      },
    ],
  },
  records: { '/assignments/jobs/:id': ['work_job', 'work_assignment'] },
  personColumns: {
    'work_assignment.person_id': {
      what: { zh: '作业派工', en: 'work assignment' },
      merge: 'moves',
      ignored: ['check_at'],
    },
  },
  tables: ['work_job', 'work_assignment'],
  published: ['work_job', 'work_assignment'],
  liveTopics: { assignments: { permission: 'assignment:read', feature: FEATURE } },
} as const satisfies ModuleManifest;
