import { instant } from '@anshi/contracts';
import { z } from 'zod';
import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';
import { groupings } from './group-form.ts';

export const manifest = {
  name: 'incidents',
  facts: true,
  // Its permissions are those of violations: who reviews the one reviews the other.
  feature: 'monitoring',
  problems: {
    'incident.unknown': unknownProblem('incident', '/incidents'),
    'incident.version-conflict': versionConflict('incident'),
    'incident.already-so': [
      409,
      'The incident already has this status',
      'Reload it; to change a verdict, reopen it first.',
    ],
    'incident.decided': [
      409,
      'The incident has another verdict already',
      'Take out or split off what is new, or reopen the incident and decide anew.',
    ],
    'incident.reason-needs-look': [
      422,
      'This reason is not given for many incidents at once',
      'It teaches the models what was in the picture: look at each incident and dismiss it alone.',
    ],
    'incident.names-person': [
      409,
      'The incident names a person, and is not confirmed together with others',
      'It goes into the safety file of that person: look at it and confirm it alone.',
    ],
    'incident.others-verdict': [
      409,
      'The incident has a verdict of another reviewer, and is not decided together with others',
      'Look at it and decide it alone: one undo of many would take that verdict back as well.',
    ],
    'incident.claimed': [
      409,
      'Another reviewer looks at this incident',
      'See claim. Leave it to that reviewer, or send it again with despiteClaim.',
    ],
    'incident.not-waiting': [
      409,
      'The incident waits for no verdict',
      'Reload it; only what waits is claimed.',
    ],
    'incident.not-reviewer': [
      422,
      'This account may not review the incident',
      'Choose one of its reviewers.',
    ],
    'incident.finding-unknown': [
      422,
      'The incident has no such finding',
      'Reload the incident: the finding may be in another one by now.',
    ],
    'incident.finding-decided': [
      409,
      'A finding with a verdict is not moved or taken out',
      'Reopen the incident first.',
    ],
    'incident.last-finding': [
      409,
      'One finding has to stay in the incident',
      'To reject all of them, dismiss the incident.',
    ],
    'incident.not-joinable': [
      409,
      'These two incidents cannot be joined',
      'Both are about people, of one site, with at most 100 findings together, and one of them has no verdict yet.',
    ],
    'incident.site-unknown': unknownProblem('site', '/incident-settings'),
    'incident.setting-conflict': versionConflict('setting'),
    'incident.nothing-to-undo': [
      409,
      'There is nothing to undo',
      'The last change by hand was undone already, or its findings were decided since, or moved on by a later change.',
    ],
  },
  fields: {
    incident: ['违章事件编号。', 'Id of the incident.'],
    findings: ['属于该事件的违章。', 'The violations that belong to it.'],
    finding: ['事件中一项违章的编号。', 'Id of a violation of the incident.'],
    takenOut: [
      '将该发现移出事件的人及原因；仍计入则为 null。',
      'Who took the finding out of the incident, and why; null where it counts.',
    ],
    gapSeconds: [
      '同一行为两项发现之间的最长间隔，秒。',
      'Longest gap between two findings of one act, seconds.',
    ],
  },
  userSettings: {
    'review-look': {
      zh: '上次查看复核队列的时间',
      en: 'When the review queue was looked at last',
      schema: z.strictObject({ at: instant }),
    },
    'review-grouping': {
      zh: '复核队列的分组方式',
      en: 'What the review queue is grouped by',
      schema: z.enum(['episode', ...groupings]),
    },
  },
  noticeKinds: {
    // The name is older than incidents: the choices that users made for it stay.
    'violation.recorded': {
      zh: '违章告警',
      en: 'Cameras saw an incident',
      channels: 'usual',
      link: '/incidents/:id',
    },
    'incident.assigned': {
      zh: '复核指派',
      en: 'A colleague assigned an incident to you',
      channels: 'work',
      link: '/incidents/:id',
    },
    'violation.unreviewable': {
      zh: '违章无人可复核',
      en: 'No account may review a violation',
      channels: 'work',
      link: '/admin/roles',
    },
  },
  audit: {
    entities: named({
      incident: ['违章事件', 'incident'],
      'incident-setting': ['违章事件合并设置', 'setting of incidents'],
    }),
    actions: named({
      'take-out': ['移除了发现：', 'took a finding out of'],
      split: ['拆分了', 'split'],
      join: ['合并了', 'joined findings to'],
      claim: ['认领了', 'claimed'],
      assign: ['指派了', 'assigned'],
      'give-back': ['放开了', 'gave back'],
      'undo-change': ['撤销了人工调整：', 'undid a change by hand of'],
    }),
  },
  data: {
    policies: [
      {
        id: 'incident-records',
        name: { zh: '违章事件及其构成', en: 'Incidents and what belongs to them' },
        purpose: { zh: '人员安全档案', en: 'Safety files of people' },
        fields: {
          zh: ['发现', '结论', '复核人', '人工调整', '认领与指派'],
          en: ['findings', 'verdict', 'reviewer', 'changes by hand', 'who has claimed it'],
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
          zh: '企业规定：随违章记录保存',
          en: 'The company: as long as the records of violations',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'incident',
        name: { zh: '违章事件', en: 'Incident' },
        table: 'incident',
        key: 'id',
        api: '/api/v1/incidents',
        policy: 'incident-records',
        source: "'anshi'",
        changed: 'opened_at',
        references: ['site'],
      },
    ],
  },
  records: {
    '/incidents/:id': ['incident'],
  },
  tables: [
    'incident',
    'incident_claim',
    'incident_finding',
    'incident_link',
    'incident_operation',
    'incident_setting',
  ],
  published: ['incident', 'incident_finding'],
  liveTopics: { incidents: { permission: 'violation:read', feature: 'monitoring' } },
} as const satisfies ModuleManifest;
