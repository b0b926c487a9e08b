import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const FEATURE = 'visitors';
/** What every employee may: announce visitors, and see the own ones. */
const ofAll = ['visit:announce@own', 'visit:read@own'] as const;

export const manifest = {
  name: 'visitors',
  facts: true,
  seeds: true,
  feature: {
    id: FEATURE,
    name: { zh: '访客管理', en: 'Visitors' },
    description: {
      zh: '来访预约、前台登记、安全告知、临时工牌、拒入名单与在场名单',
      en: 'Announcements, reception, safety induction, lent badges, watch list and who is on site',
    },
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'visit:read': { zh: '查看来访', en: 'See visits' },
    'visit:receive': {
      zh: '前台登记：代为预约、到达与离开',
      en: 'Receive visitors: announce for others, arrival and leaving',
    },
    'visit:announce': { zh: '为自己预约访客', en: 'Announce visitors who come to oneself' },
    ...undivided({
      'visit:set-up': ['维护安全告知与访客工牌', 'Set up inductions and badges for visitors'],
      'watch-list:manage': [
        '维护拒入名单并裁定',
        'Manage the watch list, see its reasons and decide',
      ],
    }),
  },
  grants: {
    worker: ofAll,
    'team-leader': ['visit:announce@own', 'visit:read@department'],
    head: ['visit:announce@own', 'visit:read@department'],
    manager: ['visit:announce@own', 'visit:read@all'],
    'safety-officer': [
      'visit:announce@own',
      'visit:read@all',
      'visit:receive@all',
      'visit:set-up@all',
      'watch-list:manage@all',
    ],
    'safety-head': [
      'visit:announce@own',
      'visit:read@all',
      'visit:receive@all',
      'visit:set-up@all',
      'watch-list:manage@all',
    ],
    inspector: ofAll,
    maintainer: ofAll,
    purchasing: ofAll,
    warehouse: ofAll,
    production: ofAll,
    environment: ofAll,
    trainer: ofAll,
    operator: ['visit:announce@own', 'visit:read@all', 'visit:receive@all'],
    admin: ofAll,
  },
  problems: {
    'visit.unknown': unknownProblem('visit', '/visits'),
    'visit.version-conflict': versionConflict('visit'),
    'visit.announced-already': [
      409,
      'This person is announced already for that time',
      'Open the visit in current; set another where it is another person of this name.',
    ],
    'visit.host': [
      422,
      'The host cannot receive visitors',
      'Choose an active person of the company who is no visitor.',
    ],
    'visit.not-host': [
      403,
      'You announce visitors who come to yourself',
      'Ask the reception to announce visitors for another person.',
    ],
    'visit.person': [
      422,
      'This person cannot be announced',
      'Choose a visitor or an active contractor whom you received before, or enter a new visitor.',
    ],
    'visit.area': [422, 'An area does not exist', 'Choose areas that are in use.'],
    'visit.times': [
      422,
      'The planned time is over',
      'Give an end that is to come; the host can extend the visit.',
    ],
    'visit.state': [
      409,
      'The visit is not in the state for this',
      'Read the visit again: another account may have been faster.',
    ],
    'visit.on-site': [
      409,
      'This person is on site already',
      'Enter the leaving of the other visit first.',
    ],
    'visit.blocked': [
      409,
      'The visitor may not be let in',
      'Ask a person who manages the watch list to decide.',
    ],
    'visit.induction-needed': [
      409,
      'The safety induction is not confirmed',
      'Show the text in current, and have the visitor sign it by name.',
    ],
    'visit.induction-old': [
      409,
      'The induction was changed meanwhile',
      'Show the text in current, and have the visitor sign it by name.',
    ],
    'visit.signature': [
      422,
      'The signature is not the name of the visitor',
      'Enter the name as it is in the announcement.',
    ],
    'visit.badge': [409, 'The badge is not free', 'Choose a free badge of the pool.'],
    'watch-entry.unknown': unknownProblem('entry', '/watch-list'),
    'watch-entry.nothing-open': [
      409,
      'There is nothing to decide',
      'Read the visit again: it was decided already, or the list finds no one.',
    ],
    'visitor-badge.unknown': unknownProblem('badge', '/visitor-badges'),
    'visitor-badge.taken': [
      409,
      'The badge is in the pool, or worn by a person or on a vehicle',
      'Take another badge, or take it back first.',
    ],
  },
  fields: {
    visit: ['来访。', 'The visit.'],
    purpose: ['来访事由。', 'What the visit is for.'],
    escorted: ['是否须陪同。', 'Whether an escort is needed.'],
    signedName: ['访客签署的姓名。', 'The name that the visitor signed.'],
    validDays: ['有效天数。', 'Days for which it counts.'],
    free: ['是否空闲。', 'Whether it can be lent.'],
  },
  noticeKinds: {
    'visit.announced': {
      zh: '有人来访',
      en: 'A visitor is announced',
      channels: 'work',
      link: '/visits/:id',
    },
    'visit.arrived': {
      zh: '访客已到',
      en: 'A visitor has arrived',
      channels: 'work',
      link: '/visits/:id',
    },
    'visit.overdue': {
      zh: '访客超时未离场',
      en: 'A visitor is still on site',
      channels: 'work',
      link: '/visits/:id',
    },
    'visit.blocked': {
      zh: '拒入名单命中',
      en: 'The watch list found a visitor',
      channels: 'always',
      link: '/visits/:id',
    },
  },
  audit: {
    entities: named({
      visit: ['来访', 'visit'],
      'watch-entry': ['拒入名单', 'watch list'],
      induction: ['安全告知', 'safety induction'],
      'visitor-badge': ['访客工牌', 'badge for visitors'],
    }),
    actions: named({
      arrive: ['登记了到达：', 'entered the arrival of'],
      'leave-site': ['登记了离开：', 'entered the leaving of'],
      'cancel-visit': ['取消了', 'cancelled'],
      'not-come': ['登记未到：', 'noted as not come:'],
      'decide-watch': ['裁定了拒入名单命中：', 'decided on a match of the watch list:'],
      'confirm-induction': ['确认了安全告知：', 'confirmed the induction of'],
      'return-badge': ['收回了访客工牌：', 'took back the badge of'],
    }),
  },
  data: {
    policies: [
      {
        id: 'visits',
        name: { zh: '访客与来访', en: 'Visitors and visits' },
        purpose: {
          zh: '出入管理、安全告知、应急清点',
          en: 'Access, safety induction, roll call in an emergency',
        },
        fields: {
          zh: ['姓名', '单位', '事由', '接待人', '时间', '证件号与电话（加密）', '告知签名'],
          en: [
            'name',
            'company',
            'purpose',
            'host',
            'times',
            'identity number and phone (encrypted)',
            'signature of the induction',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head', 'operator', 'head'],
        retentionDays: 180,
        retentionSource: {
          zh: '企业规定：离场后半年',
          en: 'The company: half a year after the visit',
        },
        certainty: 'own',
        storage: {
          zh: '数据库；证件号与电话 AES-256-GCM 加密',
          en: 'Database; identity number and phone encrypted by AES-256-GCM',
        },
      },
      {
        id: 'watch-list',
        name: { zh: '拒入名单', en: 'Watch list' },
        purpose: { zh: '防止危及安全的人员入场', en: 'Keeping people out who endanger the site' },
        fields: {
          zh: ['姓名或单位', '证件号（加密）', '原因', '期限', '裁定'],
          en: ['name or company', 'identity number (encrypted)', 'reason', 'term', 'decisions'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head'],
        retentionDays: 365,
        retentionSource: {
          zh: '企业规定：失效后一年',
          en: 'The company: a year after an entry ended',
        },
        certainty: 'own',
        storage: {
          zh: '数据库；证件号 AES-256-GCM 加密',
          en: 'Database; identity numbers encrypted by AES-256-GCM',
        },
      },
    ],
    catalogue: [
      {
        entity: 'visit',
        name: { zh: '来访', en: 'Visit' },
        table: 'visit',
        key: 'id',
        api: '/api/v1/visits',
        policy: 'visits',
        source: "'anshi'",
        changed: 'coalesce(left_at, arrived_at, announced_at)',
        references: ['person', 'area'],
      },
      {
        entity: 'watch-entry',
        name: { zh: '拒入名单', en: 'Watch list' },
        table: 'watch_entry',
        key: 'id',
        api: '/api/v1/watch-list',
        policy: 'watch-list',
        source: "'anshi'",
        changed: 'coalesce(ended_at, created_at)',
        references: [],
      },
    ],
  },
  records: {
    '/visits/:id': ['visit'],
    '/watch-list/:id': ['watch_entry'],
    '/visitor-badges/:id': ['visitor_badge'],
  },
  personColumns: {
    'visit.person_id': {
      what: { zh: '来访', en: 'visit' },
      merge: 'moves',
      ignored: ['overdue_told_at'],
    },
    'visit.host_id': {
      what: { zh: '接待的来访', en: 'visit as host' },
      merge: 'moves',
      follows: true,
    },
    'induction_done.person_id': {
      what: { zh: '入厂教育', en: 'safety induction' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: [
    'visit',
    'watch_entry',
    'watch_match',
    'induction_text',
    'induction_done',
    'visitor_badge',
  ],
} as const satisfies ModuleManifest;
