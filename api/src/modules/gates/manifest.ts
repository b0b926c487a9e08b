import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';
import { data } from './manifest-data.ts';

export const FEATURE = 'gates';

export const manifest = {
  name: 'gates',
  facts: true,
  feature: {
    id: 'gates',
    name: { zh: '门禁与开机许可', en: 'Gates' },
    description: {
      zh: '设备开机点与门禁询问某人可否开机或进入；记录结论、放行与操作时数',
      en: 'Machines and doors ask whether a person may start or enter; decisions, overrides, hours of operation',
    },
    dependsOn: ['people', 'qualifications'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'gate:read': { zh: '查看开机与进入的结论', en: 'See starts and entries that were asked for' },
    'gate:override': {
      zh: '对非最终的拒绝限时放行',
      en: 'Override refusals that are not final, for some hours',
    },
    'gate:manage': {
      zh: '登记开机点与门禁点',
      en: 'Manage the points at machines and doors',
      undivided: true,
    },
  },
  grants: {
    'team-leader': ['gate:read@department'],
    head: ['gate:read@department', 'gate:override@department'],
    manager: ['gate:read@all'],
    'safety-officer': ['gate:read@all', 'gate:override@all'],
    'safety-head': ['gate:read@all', 'gate:override@all'],
    inspector: ['gate:read@all'],
    operator: ['gate:read@all'],
    maintainer: ['gate:read@all', 'gate:manage@all'],
    auditor: ['gate:read@all'],
  },
  problems: {
    'gate.unknown': unknownProblem('decision', '/gates/decisions'),
    'gate.override-unknown': unknownProblem('override', '/gates/overrides'),
    'gate.no-point': unknownProblem('point', '/gates/points'),
    'gate.version-conflict': versionConflict('point'),
    'gate.point-taken': [
      409,
      'A point with this name is there already',
      'Open that one, or take another name.',
    ],
    'gate.point-fields': [
      422,
      'The point cannot be entered so',
      'Name a machine, an area, or both; a machine has one point.',
    ],
    'gate.point-unknown': [
      409,
      'The point is not registered',
      'Enter it at /gates under the name of its credential.',
    ],
    'gate.out-of-use': [409, 'The point is out of use', 'Put it into use again.'],
    'gate.key-taken': [
      409,
      'The idempotency key was used for another request',
      'Make a new key for each card that is shown.',
    ],
    'gate.clock': [
      422,
      'The clock of the point is ahead',
      'Set it by NTP, and show the card again.',
    ],
    'gate.late': [
      422,
      'The request is more than two minutes old',
      'Show the card again; a start that is over is not decided.',
    ],
    'gate.edge-off': [
      409,
      'No list of permits is given to this point',
      'Switch it on at the point, or take it out of the configuration of the gateway.',
    ],
    'gate.edge-not-ready': [
      409,
      'The list of permits of this point is being made',
      'Ask again in a second.',
    ],
    'gate.edge-old': [
      422,
      'The decision is more than 30 days old',
      'It is not taken any more: keep the journal of the gateway, and have it looked at.',
    ],
    'gate.final': [
      409,
      'This refusal is final',
      'Special work, permits, age, admission and unfitness are never overridden: mend the cause.',
    ],
    'gate.own': [403, 'It is your own refusal', 'Another person with the right has to look at it.'],
    'gate.not-to-override': [
      409,
      'There is nothing to override',
      'Only a refusal or a hold of the last hour, of a known person, at a place within your reach.',
    ],
    'gate.no-person': [
      409,
      'The account belongs to no person',
      'Sign in with the account of a person, or show a card.',
    ],
  },
  fields: {
    stopDevice: [
      '操作权限失效时请求受控停机的现场设备；null 为不请求。',
      'The device on site that is asked for a controlled stop where a right ends; null: none.',
    ],
    direction: [
      '门的哪一侧：entry 为进入，exit 为离开（只记录，不拒绝）。',
      'The side of the door: entry, or exit, where people go out: that is on record and never refused.',
    ],
    edge: [
      '服务不可用时，网关是否可按签名的许可清单放行。',
      'Whether a gateway may decide by a signed list of permits while the API is away.',
    ],
    edgeMinutes: ['许可清单的有效时长（分钟）。', 'How long a list of permits counts, minutes.'],
    edgeList: ['当前的许可清单；null 为没有。', 'The list of permits; null: none.'],
    mayOverride: ['该账号现在可否放行。', 'Whether this account may override it now.'],
  },
  noticeKinds: {
    'gate.refused': {
      zh: '开机或进入被拒绝',
      en: 'A start or an entry was refused',
      channels: 'work',
      link: '/gates/:id',
    },
    'gate.refused-there': {
      zh: '本处有开机或进入被拒绝（仅供了解）',
      en: 'A start or an entry was refused there, for information',
      channels: 'usual',
      link: '/gates/:id',
    },
    'gate.edge-refused': {
      zh: '断网期间的拒绝已送达',
      en: 'Refusals of a gateway came in later',
      channels: 'usual',
      link: '/gates/points/:id',
    },
    'gate.right-ended': {
      zh: '操作权限在设备运行时失效',
      en: 'The right of an operator ended while the machine runs',
      channels: 'always',
      link: '/gates/:id',
    },
    'gate.foreign': {
      zh: '门禁点询问了其他设备',
      en: 'A point asked for something that is not its own',
      channels: 'usual',
      link: '/gates/points/:id',
    },
    'gate.edge-fault': {
      zh: '网关拒绝了许可清单或请求',
      en: 'A gateway refused a list of permits or a request',
      channels: 'usual',
      link: '/gates/points/:id',
    },
    'gate.edge-late': {
      zh: '断网时放行，事后应拒绝',
      en: 'Allowed while the API was away, refused by what is known now',
      channels: 'always',
      link: '/gates/:id',
    },
  },
  audit: {
    entities: named({
      'gate-point': ['开机点或门禁点', 'point'],
      'gate-override': ['放行', 'override'],
    }),
    actions: named({
      'override-gate': ['作出了', 'gave the'],
    }),
  },
  data,
  records: {
    '/gates/decisions/:id': ['gate_decision'],
    '/gates/overrides/:id': ['gate_override'],
    '/gates/points/:id': ['gate_point'],
    '/persons/:id/operation-history': ['person'],
  },
  personColumns: {
    'gate_decision.person_id': {
      what: { zh: '门禁与开机判定', en: 'decision of a gate' },
      merge: 'stays',
      why: { zh: '判定不可改动', en: 'A decision is never changed' },
    },
    'gate_override.person_id': { what: { zh: '放行', en: 'override at a gate' }, merge: 'moves' },
    'gate_session.person_id': {
      what: { zh: '操作时段', en: 'session at a machine' },
      merge: 'moves',
      ignored: ['check_at', 'until_at', 'ended_by', 'lost_at', 'command_id'],
    },
    'gate_sign_on.person_id': {
      what: { zh: '签到码', en: 'code to sign on' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: [
    'gate_point',
    'gate_decision',
    'gate_override',
    'gate_session',
    'gate_sign_on',
    'gate_edge_key',
    'gate_edge_list',
  ],
  liveTopics: { gates: { permission: 'gate:read', feature: 'gates' } },
} as const satisfies ModuleManifest;
