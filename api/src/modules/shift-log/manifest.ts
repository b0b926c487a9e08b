import { severity } from '@anshi/contracts';
import { z } from 'zod';
import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, undivided, unknownProblem } from '../../platform/manifest-forms.ts';

const desk = ['desk-alarm:acknowledge@all', 'shift-log:write@all', 'shift-log:read@all'] as const;

export const manifest = {
  name: 'shift-log',
  facts: true,
  feature: 'monitoring',
  permissions: undivided({
    'desk-alarm:acknowledge': ['确认值班报警', 'Acknowledge alarms of the control room'],
    'shift-log:read': ['查看交接班记录', 'Read the shift log'],
    'shift-log:write': ['记录与交接班', 'Write the shift log, hand it over and accept it'],
  }),
  grants: {
    operator: desk,
    'safety-officer': desk,
    'safety-head': desk,
    auditor: ['shift-log:read@all'],
  },
  userSettings: {
    desk: {
      zh: '值班报警',
      en: 'Alarms of the control room',
      schema: z.strictObject({
        sound: z.boolean(),
        // The least severity that is an alarm here.
        from: severity,
        // The person was told whether alarms sound, and chose. Absent: the page tells them.
        chosen: z.boolean().optional(),
      }),
    },
  },
  problems: {
    'shift-log.site-unknown': unknownProblem('site', '/sites'),
    'shift-log.unknown': unknownProblem('handover', '/shift-handovers'),
    'shift-log.partial': [
      403,
      'The shift is handed over by an account that sees the whole site',
      'Ask an administrator for the right to see all violations of the site.',
    ],
    'shift-log.waiting': [
      409,
      'A handover of this site waits for its acceptance',
      'Let the next shift accept it, or take it back first.',
    ],
    'shift-log.not-waiting': [
      409,
      'The handover waits no more',
      'It was accepted or taken back. Reload the shift log.',
    ],
    'shift-log.own': [
      403,
      'Another person accepts the handover',
      'Let a colleague of the next shift sign in and accept it.',
    ],
    'shift-log.not-own': [
      403,
      'Only the person who gave the handover takes it back',
      'Ask that person, or accept it and write a note.',
    ],
  },
  noticeKinds: {
    'shift-log.handed-over': {
      zh: '班次待接班',
      en: 'A shift waits to be accepted',
      channels: 'work',
      link: '/shift-log/:id',
    },
  },
  fields: {
    alarms: [
      '要确认的报警，各带所见的等级。',
      'The alarms to acknowledge, with the severity that was seen.',
    ],
    acknowledged: [
      '谁在何时确认；未确认为 null。',
      'Who acknowledged it, and when; null while it is open.',
    ],
    stood: ['交班时的报警与暂停。', 'The alarms and snoozes as they stood at the handover.'],
    given: ['谁在何时交班。', 'Who handed over, and when.'],
    accepted: ['谁在何时接班；未接班为 null。', 'Who accepted it, and when; null while it waits.'],
  },
  audit: {
    entities: named({
      'desk-alarm': ['值班报警', 'alarm of the control room'],
      'shift-note': ['值班记录', 'note of the shift'],
      'shift-handover': ['交接班', 'handover of the shift'],
    }),
    actions: named({
      acknowledge: ['确认了', 'acknowledged the'],
      'accept-shift': ['接受了', 'accepted the'],
      'withdraw-shift': ['撤回了', 'took back the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'shift-log',
        name: { zh: '值班报警与交接班记录', en: 'Alarms of the control room and the shift log' },
        purpose: {
          zh: '说明报警由谁在何时确认、向下一班交接了什么',
          en: 'Showing who acknowledged an alarm when, and what one shift left to the next',
        },
        fields: {
          zh: ['报警', '确认人与时间', '值班记录', '交班人与接班人', '交接时间'],
          en: [
            'alarm',
            'who acknowledged it and when',
            'notes',
            'who gave and who accepted',
            'times',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['operator', 'safety-officer', 'safety-head', 'auditor'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'desk-alarm',
        name: { zh: '值班报警的确认', en: 'Acknowledgement of an alarm' },
        table: 'alarm_acknowledgement',
        key: 'id',
        api: '/api/v1/desk-alarms',
        policy: 'shift-log',
        source: "'anshi'",
        changed: 'at',
        references: ['incident', 'user'],
      },
      {
        entity: 'shift-note',
        name: { zh: '值班记录', en: 'Note of a shift' },
        table: 'shift_note',
        key: 'id',
        api: '/api/v1/shift-log',
        policy: 'shift-log',
        source: "'anshi'",
        changed: 'at',
        references: ['user'],
      },
      {
        entity: 'shift-handover',
        name: { zh: '交接班', en: 'Handover of a shift' },
        table: 'shift_handover',
        key: 'id',
        api: '/api/v1/shift-handovers',
        policy: 'shift-log',
        source: "'anshi'",
        changed: 'coalesce(accepted_at, withdrawn_at, given_at)',
        references: ['user'],
      },
    ],
  },
  records: { '/shift-handovers/:id': ['shift_handover'] },
  tables: ['alarm_acknowledgement', 'shift_note', 'shift_handover'],
  liveTopics: {
    // Never dropped: a screen that misses an acknowledgement rings on.
    'desk-alarms': { permission: 'violation:read', feature: 'monitoring' },
    // Without content: a screen asks where its alarms are.
    'screen-alarms': { permission: 'live:watch', feature: 'monitoring', screens: true },
  },
} as const satisfies ModuleManifest;
