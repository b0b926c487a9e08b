import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'own-obligations',
  seeds: true,
  facts: true,
  permissions: named({
    'own-obligation:manage': ['添加和维护自定义到期事项', 'Add and change own obligations'],
    'own-obligation:record': [
      '登记和确认自定义到期事项',
      'Record own obligations as done, and confirm them',
    ],
  }),
  grants: {
    worker: ['own-obligation:record@own'],
    'team-leader': ['own-obligation:record@department'],
    head: ['own-obligation:manage@department', 'own-obligation:record@department'],
    'safety-officer': ['own-obligation:manage@all', 'own-obligation:record@all'],
    'safety-head': ['own-obligation:manage@all', 'own-obligation:record@all'],
    maintainer: ['own-obligation:record@all'],
    warehouse: ['own-obligation:record@department'],
    production: ['own-obligation:record@department'],
    environment: ['own-obligation:record@department'],
  },
  problems: {
    'own-obligation.unknown': unknownProblem('own obligation', '/obligations'),
    'own-obligation.version-conflict': versionConflict('own obligation'),
    'own-obligation.invalid': [
      422,
      'The own obligation cannot be so',
      'See errors for the fields that do not fit.',
    ],
    'own-obligation.over': [
      409,
      'It has ended',
      'Add another one: what has ended, or was due once and is done, is not changed any more.',
    ],
    'own-obligation.file-needed': [
      422,
      'A file has to prove it',
      'Attach a photo or a document, and send it again.',
    ],
    'own-obligation.waits': [
      409,
      'It was recorded, and waits for another person',
      'A second person confirms it, or refuses it with a reason; until then nothing else is recorded.',
    ],
    'own-obligation.not-waiting': [
      409,
      'This record does not wait any more',
      'Reload it: another person has decided already.',
    ],
    'own-obligation.own-record': [
      403,
      'Another person has to confirm it',
      'Who recorded it does not confirm it. Ask a second person.',
    ],
  },
  fields: {
    by: ['登记或决定的人。', 'Who recorded or decided it.'],
    on: ['日期。', 'The day.'],
  },
  noticeKinds: {
    'own-obligation.due': {
      zh: '自定义到期事项',
      en: 'An own obligation falls due',
      channels: 'work',
      link: '/obligations/:id',
    },
  },
  obligations: {
    'own-obligation': {
      zh: '自定义事项',
      en: 'Own obligation',
      subject: 'plant',
      link: null,
      notice: 'own-obligation.due',
      lead: { n: 7, unit: 'days' },
      escalate: 7,
      read: 'obligation:read',
      complete: 'own-obligation:record',
      postponeDays: 60,
      tell: { to: 'own-obligation:manage' },
      steps: {
        upcoming: {
          severity: 'info',
          title: { zh: '{detail}（{name}）即将到期', en: '{detail} ({name}) falls due soon' },
          body: {
            zh: '到期日 {due}。完成后请登记。',
            en: 'Due on {due}. Record it when it is done.',
          },
        },
        due: {
          severity: 'info',
          title: { zh: '{detail}（{name}）今天到期', en: '{detail} ({name}) is due today' },
          body: {
            zh: '到期日 {due}。完成后请登记。',
            en: 'Due on {due}. Record it when it is done.',
          },
        },
        overdue: {
          severity: 'warning',
          title: { zh: '{detail}（{name}）已逾期', en: '{detail} ({name}) is overdue' },
          body: {
            zh: '到期日 {due}。请尽快完成并登记。',
            en: 'It was due on {due}. Do it soon, and record it.',
          },
        },
        escalated: {
          severity: 'warning',
          title: { zh: '{detail}（{name}）长期逾期', en: '{detail} ({name}) is long overdue' },
          body: {
            zh: '到期日 {due}，至今未登记。',
            en: 'It was due on {due} and is not recorded yet.',
          },
        },
      },
      doing: {
        zh: '完成后登记日期与内容；要求附件或第二人确认的，按要求办理。',
        en: 'Do it, and record the day and what was done, with the file and the second person where they are asked for.',
      },
    },
  },
  audit: {
    entities: named({ 'own-obligation': ['自定义到期事项', 'own obligation'] }),
    actions: named({
      'end-own-obligation': ['终止了', 'ended the'],
      'record-own-obligation': ['登记完成了', 'recorded as done the'],
      'confirm-own-obligation': ['作为第二人确认了', 'confirmed as the second person the'],
      'refuse-own-obligation': ['作为第二人未确认', 'refused as the second person the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'own-obligations',
        name: { zh: '自定义到期事项', en: 'Own obligations' },
        purpose: {
          zh: '按期完成企业自定的检查、维护与提交',
          en: 'Checks, maintenance and reports of the company, in time',
        },
        fields: {
          zh: ['标题', '对象', '责任人', '间隔', '完成日', '说明', '确认人'],
          en: [
            'title',
            'subject',
            'who is responsible',
            'interval',
            'day done',
            'note',
            'who confirmed it',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['safety-officer', 'safety-head', 'head'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随到期事项保存',
          en: 'The company: as long as what falls due',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'own-obligation',
        name: { zh: '自定义到期事项', en: 'Own obligation' },
        table: 'own_obligation',
        key: 'id',
        api: '/api/v1/own-obligations/{id}',
        policy: 'own-obligations',
        source: "'anshi'",
        changed: 'created_at',
        references: ['person', 'department', 'area', 'equipment'],
      },
    ],
  },
  records: { '/own-obligations/:id': ['own_obligation'] },
  personColumns: {
    'own_obligation.person_id': {
      what: { zh: '自定义到期事项', en: 'own obligation' },
      merge: 'moves',
      ignored: ['version'],
    },
    'own_obligation.responsible_person': {
      what: { zh: '自定义到期事项的责任人', en: 'responsibility for an own obligation' },
      merge: 'moves',
      ignored: ['version'],
    },
  },
  tables: ['own_obligation', 'own_obligation_record'],
} as const satisfies ModuleManifest;
