import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const FEATURE = 'attendance';

const all = ['worker', 'team-leader', 'head', 'manager', 'safety-officer', 'safety-head'] as const;

export const manifest = {
  name: 'attendance',
  facts: true,
  seeds: true,
  imports: true,
  feature: {
    id: 'attendance',
    name: { zh: '考勤打卡', en: 'Attendance' },
    description: {
      zh: '手机打卡、定位打卡、打卡记录导入与补卡',
      en: 'Clocking in by the app and by position, imported lists, and corrections',
    },
    dependsOn: ['people'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'attendance:read': { zh: '查看考勤', en: 'See attendance' },
    'attendance:decide': { zh: '审批补卡', en: 'Decide requests for missing clock events' },
    'attendance:manage': {
      zh: '导入打卡记录与设置打卡方式',
      en: 'Import clock-in lists, and set how people clock in',
    },
  },
  grants: {
    'team-leader': ['attendance:read@department', 'attendance:decide@department'],
    head: ['attendance:read@department', 'attendance:decide@department'],
    manager: ['attendance:read@all'],
    'safety-officer': ['attendance:read@all'],
    'safety-head': ['attendance:read@all', 'attendance:decide@all', 'attendance:manage@all'],
  },
  problems: {
    'attendance.no-person': [
      409,
      'The account belongs to no person who works here',
      'Have the administrator link the account to a person.',
    ],
    'attendance.key-used': [
      409,
      'This id is that of another clock event',
      'Make a new id for each press; send one press again with the same content.',
    ],
    'attendance.too-old': [
      422,
      'The press is older than seven days',
      'Ask for a correction instead, with the reason.',
    ],
    'attendance.correction-unknown': unknownProblem('request', '/attendance/corrections'),
    'attendance.correction-version-conflict': versionConflict('request'),
    'attendance.when': [
      422,
      'The time cannot be asked for',
      'Take a time that is past, of the last 31 days, at which no event of that direction is there.',
    ],
    'attendance.asked-already': [
      409,
      'The same is asked for already',
      'Wait for the decision, or withdraw the earlier request.',
    ],
    'attendance.decided': [
      409,
      'The request is decided or withdrawn already',
      'Reload it and read the outcome.',
    ],
    'attendance.own': [
      403,
      'No person decides their own request',
      'Another person with the right decides it.',
    ],
    'attendance.site-unknown': unknownProblem('site', '/attendance/settings'),
    'attendance.setting-version-conflict': versionConflict('setting'),
    'attendance.known': [
      409,
      'These clock events are known already',
      'Leave the row out: nothing is missing.',
    ],
  },
  fields: {
    firstIn: ['当天第一次上班打卡。', 'The first time in of the day.'],
    lastOut: ['当天最后一次下班打卡。', 'The last time out of the day.'],
    presentMinutes: ['在岗分钟数，不含休息。', 'Minutes of presence, without breaks.'],
    missingIn: ['缺上班卡次数。', 'How often the time in is missing.'],
    missingOut: ['缺下班卡次数。', 'How often the time out is missing.'],
    breaks: ['休息时段。', 'The breaks.'],
    direction: ['上班或下班。', 'In or out.'],
    device: ['读写器或考勤机。', 'The reader, or the machine.'],
    zone: ['时区。', 'The time zone.'],
    flagged: ['当天有时间存疑的打卡。', 'An event of the day has a time flag.'],
  },
  noticeKinds: {
    'attendance.asked': {
      zh: '补卡待审批',
      en: 'A request for a missing clock event',
      channels: 'work',
      link: '/attendance/corrections/:id',
    },
    'attendance.decided': {
      zh: '补卡结果',
      en: 'The decision on your missing clock event',
      channels: 'usual',
      link: '/me/attendance/:id',
    },
  },
  audit: {
    entities: named({
      'clock-event': ['打卡记录', 'clock event'],
      'attendance-day': ['考勤', 'attendance'],
      'clock-correction': ['补卡申请', 'request for a missing clock event'],
      'attendance-setting': ['打卡设置', 'setting of clocking in'],
    }),
    actions: named({
      'clock-ask': ['申请了', 'asked for'],
      'clock-approve': ['批准了', 'approved'],
      'clock-refuse': ['驳回了', 'refused'],
      'clock-withdraw': ['撤回了', 'withdrew'],
      'clock-move': ['更正工牌，移动了', 'moved, with the badge, the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'attendance',
        name: { zh: '打卡与考勤', en: 'Clock events and attendance' },
        purpose: {
          zh: '记录出勤时间，作为工资与工时的依据',
          en: 'Recording times of attendance, as a basis of pay and working time',
        },
        fields: {
          zh: ['人员', '时间', '方式', '地点', '工牌', '手机位置（同意时）', '补卡原因与审批'],
          en: [
            'person',
            'time',
            'how',
            'place',
            'badge',
            'location of the phone (with consent)',
            'reason and decision of corrections',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: true,
        // The times rest on the employer's duties; where a person was on their consent, and goes with it.
        legalBasis: {
          zh: `${legalBases.staffManagement.zh}；工牌、地点与手机位置：单独同意（第二十九条），撤回即删除`,
          en: `${legalBases.staffManagement.en}; badge, place and location of the phone: separate consent (PIPL 29), removed when it is withdrawn`,
        },
        usedBy: all,
        // Two years, also where one of them has a leap day.
        retentionDays: 731,
        retentionSource: {
          zh: '作为工资依据：《工资支付暂行规定》第六条，工资支付记录保存两年以上备查',
          en: 'As the basis of pay: Interim Provisions on Payment of Wages 6, records of pay are kept two years at least',
        },
        certainty: { rule: 'wage-records-kept' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'clock-event',
        name: { zh: '打卡记录', en: 'Clock event' },
        table: 'clock_event',
        key: 'id',
        api: '/api/v1/me/attendance',
        policy: 'attendance',
        source: 'source',
        changed: 'received_at',
        references: ['person', 'area'],
      },
      {
        entity: 'attendance-day',
        name: { zh: '考勤日', en: 'Attendance of a day' },
        table: 'attendance_day',
        key: 'person_id,day',
        api: '/api/v1/attendance/days',
        policy: 'attendance',
        source: "'anshi'",
        changed: null,
        references: ['person'],
      },
      {
        entity: 'clock-correction',
        name: { zh: '补卡申请', en: 'Request for a missing clock event' },
        table: 'clock_correction',
        key: 'id',
        api: '/api/v1/attendance/corrections',
        policy: 'attendance',
        source: "'anshi'",
        changed: 'coalesce(decided_at, asked_at)',
        references: ['person'],
      },
    ],
  },
  records: {
    '/attendance/corrections/:id': ['clock_correction'],
    '/attendance/people/:person': ['person'],
    '/attendance/settings/:site': ['site'],
    '/me/attendance/corrections/:id': ['clock_correction'],
  },
  personColumns: {
    'clock_event.person_id': {
      what: { zh: '打卡记录', en: 'clocking in or out' },
      merge: 'moves',
      once: ['source', 'at'],
      follows: true,
    },
    'clock_correction.person_id': {
      what: { zh: '补卡申请', en: 'request for a missing clocking' },
      merge: 'moves',
      once: ['direction', 'at'],
      follows: true,
    },
    'attendance_day.person_id': {
      what: { zh: '每日出勤', en: 'attendance of a day' },
      merge: 'stays',
      why: { zh: '按打卡记录重新生成', en: 'Made again from the clock events' },
    },
  },
  tables: ['clock_event', 'attendance_day', 'clock_correction', 'attendance_setting'],
  published: ['attendance_day'],
} as const satisfies ModuleManifest;
