import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';
import { named, unknownProblem, versionConflict } from '../manifest-forms.ts';

export const manifest = {
  name: 'obligations',
  folders: ['platform/obligations'],
  facts: true,
  permissions: named({
    'obligation:read': ['查看到期事项', 'See what falls due'],
    'obligation:postpone': ['推迟到期事项', 'Postpone what falls due'],
  }),
  grants: {
    worker: ['obligation:read@own'],
    'team-leader': ['obligation:read@department'],
    head: ['obligation:read@department', 'obligation:postpone@department'],
    manager: ['obligation:read@all'],
    'safety-officer': ['obligation:read@all'],
    'safety-head': ['obligation:read@all', 'obligation:postpone@all'],
    inspector: ['obligation:read@all'],
    maintainer: ['obligation:read@all'],
    purchasing: ['obligation:read@department'],
    warehouse: ['obligation:read@department'],
    production: ['obligation:read@department'],
    environment: ['obligation:read@department'],
    trainer: ['obligation:read@site'],
    auditor: ['obligation:read@all'],
    operator: ['obligation:read@all'],
    admin: ['obligation:read@all'],
  },
  problems: {
    'obligation.unknown': unknownProblem('obligation', '/obligations'),
    'obligation.version-conflict': versionConflict('obligation'),
    'obligation.feed-unknown': [
      404,
      'There is no such calendar',
      'The address was renewed or withdrawn, or the account is locked. Make a new address on the page of what falls due.',
    ],
    'obligation.feed-too-often': [
      429,
      'The calendar is read too often',
      'Wait for retryAfterSeconds, and have the program read it every few hours.',
    ],
    'obligation.ended': [409, 'This period has ended already', 'Open the next one of its periods.'],
    'obligation.earlier-first': [
      409,
      'An earlier period has not ended',
      'Record the one of earlier first: what is done ends the oldest period.',
    ],
    'obligation.elsewhere': [
      409,
      'This is recorded on the page of its module',
      'Open link, and enter the renewed record there; the period ends by itself.',
    ],
    'obligation.fixed': [
      422,
      'This kind of obligation cannot be postponed',
      'Its day stands in a document: correct or renew that.',
    ],
    'obligation.day': [422, 'The day cannot be', 'See errors for the days that can.'],
  },
  fields: {
    detail: ['具体内容。', 'Which of the things of the subject.'],
    ended: ['结束的情况；未结束为 null。', 'How it ended; null while it has not.'],
    evidence: ['使其结束的记录。', 'The record that ended it.'],
    interval: ['间隔。', 'The interval.'],
    openedAt: ['开启的时间。', 'When it opened.'],
    outcome: ['结果。', 'How it went.'],
    periods: ['各期。', 'The periods.'],
    postponed: ['是否已推迟。', 'Whether it was postponed.'],
    postponement: ['推迟的情况；未推迟为 null。', 'Its postponement; null without one.'],
    steps: ['已经过的步骤。', 'The steps that were passed.'],
  },
  audit: {
    entities: named({
      obligation: ['到期事项', 'obligation'],
      'obligation-feed': ['到期事项的日历订阅', 'calendar feed of what falls due'],
    }),
    actions: named({
      'renew-feed': ['更换了', 'renewed the'],
      complete: ['登记完成了', 'recorded as done the'],
      postpone: ['推迟了', 'postponed the'],
      move: ['更正了日期：', 'moved the day of the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'obligations',
        name: { zh: '到期事项', en: 'Obligations' },
        purpose: {
          zh: '按期办理证照、维护、体检与归还',
          en: 'Renewals, maintenance, checks and returns in time',
        },
        fields: {
          zh: ['事项', '对象', '到期日', '完成日', '证据', '推迟的理由', '日历订阅的时间'],
          en: [
            'kind',
            'subject',
            'due day',
            'day done',
            'evidence',
            'reason of a postponement',
            'times of a calendar feed',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'head', 'maintainer', 'purchasing'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：与所属记录一同保存',
          en: 'The company: as long as the records that they are about',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'obligation',
        name: { zh: '到期事项', en: 'Obligation' },
        table: 'obligation',
        key: 'id',
        api: '/api/v1/obligations',
        policy: 'obligations',
        source: "'anshi'",
        changed: 'changed_at',
        references: ['person', 'department'],
      },
    ],
  },
  records: { '/obligations/:id': ['obligation_case'] },
  personColumns: {
    'obligation.person_id': {
      what: { zh: '到期事项', en: 'obligation' },
      merge: 'moves',
      follows: true,
    },
    'obligation.responsible_person': {
      what: { zh: '到期事项的责任人', en: 'responsibility for an obligation' },
      merge: 'moves',
      follows: true,
    },
  },
  tables: ['obligation', 'obligation_case', 'obligation_step', 'obligation_feed'],
  // A register joins the day to which a case of its rows was postponed.
  published: ['obligation', 'obligation_case'],
} as const satisfies ModuleManifest;
