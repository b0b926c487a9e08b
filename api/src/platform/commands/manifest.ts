import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';
import { named, undivided, unknownProblem } from '../manifest-forms.ts';

export const manifest = {
  name: 'commands',
  folders: ['platform/commands'],
  feature: {
    id: 'site-devices',
    name: { zh: '现场设备与指令', en: 'Devices on site and commands' },
    description: {
      zh: '声光报警器等现场设备的登记、测试与指令；不是安全功能',
      en: 'Register, test and commands of beacons and the like; no safety function',
    },
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: undivided({
    'command:read': ['查看现场设备与指令', 'See devices on site and their commands'],
    'command:request': ['向现场设备发出指令', 'Give commands to devices on site'],
    'command:approve': ['确认须双人的指令', 'Approve commands that need a second person'],
  }),
  grants: {
    operator: ['command:read@all', 'command:request@all'],
    'safety-officer': ['command:read@all', 'command:request@all', 'command:approve@all'],
    'safety-head': ['command:read@all', 'command:request@all', 'command:approve@all'],
    manager: ['command:read@all', 'command:approve@all'],
    maintainer: ['command:read@all', 'command:request@all'],
    inspector: ['command:read@all'],
    auditor: ['command:read@all'],
  },
  problems: {
    'command.unknown': unknownProblem('command', '/commands'),
    'command.unknown-action': [
      422,
      'The device has no such action',
      'Take one of the actions that its kind has.',
    ],
    'command.parameters': [422, 'The action cannot be done so', 'Correct its parameters.'],
    'command.key-taken': [
      409,
      'Another command was given with this key',
      'Make a new key for each command.',
    ],
    'command.own': [
      403,
      'You gave this command yourself',
      'Another person approves or refuses it.',
    ],
    'command.not-waiting': [
      409,
      'The command does not wait for approval any more',
      'Look at its state; give a new command where it is needed.',
    ],
    'command.not-reversible': [
      409,
      'There is nothing to undo',
      'It was not carried out, or has no action that undoes it.',
    ],
  },
  noticeKinds: {
    'command.approval': {
      zh: '指令待确认',
      en: 'A command waits for a second person',
      channels: 'work',
      link: '/commands/:id',
    },
    'command.failed': {
      zh: '指令未执行',
      en: 'A command was not carried out',
      channels: 'usual',
      link: '/commands/:id',
    },
  },
  audit: {
    entities: named({ command: ['现场指令', 'command'] }),
    actions: named({
      'request-command': ['发出了', 'gave the'],
      'approve-command': ['确认了', 'approved the'],
      'decline-command': ['拒绝了', 'did not approve the'],
      'command-done': ['记录了完成：', 'noted as done: the'],
      'command-refused': ['记录了设备拒绝：', 'noted as refused by its device: the'],
      'command-failed': ['记录了失败：', 'noted as failed: the'],
      'command-expired': ['记录了过期：', 'noted as over without an answer: the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'commands',
        name: { zh: '现场指令', en: 'Commands to devices on site' },
        purpose: { zh: '追溯现场设备的动作', en: 'Tracing what devices on site were told to do' },
        fields: {
          zh: ['设备', '动作', '发出人与确认人', '原因', '设备的应答'],
          en: ['device', 'action', 'who gave and approved it', 'reason', 'answer of the device'],
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
        entity: 'command',
        name: { zh: '现场指令', en: 'Command to a device on site' },
        table: 'command',
        key: 'id',
        api: '/api/v1/commands',
        policy: 'commands',
        source: "'anshi'",
        changed: 'coalesce(ended_at, sent_at, given_at)',
        references: ['user'],
      },
    ],
  },
  records: { '/commands/:id': ['command'] },
  tables: ['command', 'command_step'],
  liveTopics: { commands: { permission: 'command:read', feature: 'site-devices' } },
} as const satisfies ModuleManifest;
