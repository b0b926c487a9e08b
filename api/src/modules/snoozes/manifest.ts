import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'snoozes',
  feature: 'monitoring',
  permissions: undivided({
    'snooze:manage': [
      '暂停通知与现场报警',
      'Let notices and beacons of a camera, zone or rule rest',
    ],
    'snooze:approve': ['批准暂停高风险报警', 'Approve that alarms of high severity rest'],
  }),
  grants: {
    operator: ['snooze:manage@all'],
    maintainer: ['snooze:manage@all'],
    'safety-officer': ['snooze:manage@all', 'snooze:approve@all'],
    'safety-head': ['snooze:manage@all', 'snooze:approve@all'],
  },
  problems: {
    'snooze.unknown': unknownProblem('snooze', '/snoozes'),
    'snooze.place-unknown': [
      422,
      'The camera has no such zone or rule',
      'Take a zone and a rule of the configuration of the camera.',
    ],
    'snooze.times': [
      422,
      'The times of the snooze cannot be',
      'It ends after it begins, in the future, and lasts seven days at most.',
    ],
    'snooze.too-many': [
      409,
      'There are 200 snoozes that have not ended',
      'End some of them first.',
    ],
    'snooze.over': [409, 'The snooze has ended already', 'Reload the snoozes of the camera.'],
    'snooze.own': [
      403,
      'The second person is another one than the person who asked',
      'Let another person with the right to approve do so.',
    ],
    'snooze.not-waiting': [
      409,
      'The snooze waits for no approval',
      'It is approved already, has ended, or is not of high severity.',
    ],
  },
  noticeKinds: {
    'snooze.approval': {
      zh: '暂停高风险报警待批准',
      en: 'A snooze of high severity waits for approval',
      channels: 'work',
      link: '/snoozes/:id',
    },
  },
  fields: {
    high: [
      '高风险违章也暂停；须第二人批准后才生效。',
      'High severity rests as well, once a second person approved it.',
    ],
  },
  audit: {
    entities: named({ snooze: ['暂停报警', 'snooze'] }),
    actions: named({
      'approve-snooze': ['批准了', 'approved the'],
      'end-snooze': ['提前结束了', 'ended before its time the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'snoozes',
        name: { zh: '暂停报警与维护窗口', en: 'Snoozes and maintenance windows' },
        purpose: {
          zh: '追溯违章未通知、未报警的原因',
          en: 'Tracing why nobody was told of a violation',
        },
        fields: {
          zh: ['摄像机', '区域', '规则', '原因', '时间', '申请人与批准人'],
          en: ['camera', 'zone', 'rule', 'reason', 'times', 'who asked and who approved'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['operator', 'maintainer', 'safety-officer', 'auditor'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'snooze',
        name: { zh: '暂停报警', en: 'Snooze' },
        table: 'snooze',
        key: 'id',
        api: '/api/v1/snoozes',
        policy: 'snoozes',
        source: "'anshi'",
        changed: 'coalesce(ended_at, approved_at, asked_at)',
        references: ['user'],
      },
    ],
  },
  records: { '/snoozes/:id': ['snooze'] },
  tables: ['snooze'],
  // Alarms say why they were not given.
  published: ['snooze'],
} as const satisfies ModuleManifest;
