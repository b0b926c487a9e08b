import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'alarms',
  facts: true,
  seeds: true,
  feature: 'site-devices',
  permissions: undivided({
    'alarm:plan': ['管理报警方案', 'Manage the alarm plan'],
    'alarm:mute': ['静音现场报警器', 'Mute devices that give alarms'],
  }),
  grants: {
    operator: ['alarm:mute@all'],
    'safety-officer': ['alarm:plan@all', 'alarm:mute@all'],
    'safety-head': ['alarm:plan@all', 'alarm:mute@all'],
    maintainer: ['alarm:mute@all'],
  },
  problems: {
    'alarm.unknown': unknownProblem('alarm', '/alarms'),
    'alarm.line-unknown': unknownProblem('line of the alarm plan', '/alarm-lines'),
    'alarm.version-conflict': versionConflict('line'),
    'alarm.area-unknown': [422, 'There is no such area', 'Take those of /areas.'],
    'alarm.camera-unknown': [422, 'There is no such camera', 'Take those of /cameras.'],
    'alarm.too-many-lines': [409, 'The plan has 200 lines already', 'Change one of them.'],
    'alarm.device-unknown': [
      422,
      'There is no such device on site',
      'Take one of /site-devices that is in use.',
    ],
    'alarm.mute-unknown': unknownProblem('mute', '/alarm-mutes'),
    'alarm.mute-over': [409, 'The mute has ended already', 'Reload the mutes of the device.'],
    'alarm.too-many-mutes': [
      409,
      'The device has 20 mutes that have not ended',
      'End one of them first.',
    ],
  },
  noticeKinds: {
    'alarm.silent': {
      zh: '报警器未报警',
      en: 'A device did not give an alarm',
      channels: 'always',
      link: '/alarms/:id',
    },
  },
  audit: {
    entities: named({
      'alarm-line': ['报警方案条目', 'line of the alarm plan'],
      'alarm-mute': ['报警器静音', 'mute of a device'],
    }),
    actions: named({ 'end-mute': ['提前结束了', 'ended before its time the'] }),
  },
  data: {
    policies: [
      {
        id: 'alarms',
        name: { zh: '现场报警与静音', en: 'Alarms on site and mutes' },
        purpose: {
          zh: '追溯违章时现场是否报警及其原因',
          en: 'Tracing whether an alarm was given for a violation, and why not',
        },
        fields: {
          zh: ['设备', '违章', '结果', '静音原因与静音人'],
          en: ['device', 'violation', 'result', 'who muted it and why'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['operator', 'safety-officer', 'maintainer', 'auditor'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'alarm',
        name: { zh: '现场报警', en: 'Alarm on site' },
        table: 'alarm',
        key: 'id',
        api: '/api/v1/alarms',
        policy: 'alarms',
        source: "'anshi'",
        changed: 'coalesce(ended_at, received_at)',
        references: ['violation', 'area'],
      },
      {
        entity: 'alarm-decision',
        name: { zh: '报警判定', en: 'What the alarm plan said' },
        table: 'alarm_decision',
        key: 'violation',
        api: null,
        policy: 'alarms',
        source: "'anshi'",
        changed: 'at',
        references: ['violation', 'alarm-line'],
      },
      {
        entity: 'alarm-line',
        name: { zh: '报警方案条目', en: 'Line of the alarm plan' },
        table: 'alarm_line',
        key: 'id',
        api: '/api/v1/alarm-lines',
        policy: 'alarms',
        source: "'anshi'",
        changed: 'created_at',
        references: ['area'],
      },
      {
        entity: 'alarm-mute',
        name: { zh: '报警器静音', en: 'Mute of a device' },
        table: 'alarm_mute',
        key: 'id',
        api: '/api/v1/alarm-mutes',
        policy: 'alarms',
        source: "'anshi'",
        changed: 'coalesce(ended_at, from_at)',
        references: ['user'],
      },
    ],
  },
  records: {
    '/alarms/:id': ['alarm'],
    '/alarm-lines/:id': ['alarm_line'],
    '/alarm-mutes/:id': ['alarm_mute'],
  },
  tables: ['alarm', 'alarm_decision', 'alarm_line', 'alarm_mute'],
} as const satisfies ModuleManifest;
