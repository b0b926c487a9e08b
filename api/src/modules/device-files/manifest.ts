import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
  wordRows,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'device-files',
  seeds: true,
  feature: {
    id: 'device-files',
    name: { zh: '设备档案', en: 'Device files' },
    description: {
      zh: '摄像机、传感器、网关等采集与传输设备的档案、防护等级与维护周期',
      en: 'Files of cameras, sensors, gateways: place, model, protection and maintenance',
    },
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: undivided({
    'device-file:read': ['查看设备档案', 'See the files of devices'],
    'device-file:manage': ['维护设备档案', 'Manage the files of devices'],
    'device-file:accept': [
      '接受不符的防护等级',
      'Accept a protection that does not suit its place',
    ],
  }),
  grants: {
    manager: ['device-file:read@all'],
    'safety-officer': ['device-file:read@all'],
    'safety-head': ['device-file:read@all', 'device-file:accept@all'],
    inspector: ['device-file:read@all'],
    maintainer: ['device-file:read@all', 'device-file:manage@all'],
    operator: ['device-file:read@all'],
    auditor: ['device-file:read@all'],
    admin: ['device-file:read@all'],
  },
  dutyConflicts: [
    {
      id: 'device-file-manage-accept',
      duties: ['device-file:manage', 'device-file:accept'],
      why: {
        zh: '设备档案维护与防护不符的接受不得由同一人承担',
        en: 'The person who mounts a device would accept that it does not suit its place.',
      },
    },
  ],
  problems: {
    'device-file.unknown': unknownProblem('device file', '/device-files'),
    'device-file.finding-unknown': unknownProblem('finding', '/device-files'),
    'device-file.version-conflict': versionConflict('file'),
    'device-file.word-unknown': [
      422,
      'There is no such kind or area',
      'Take a word of the dictionary acquisition-kind and an area of /areas that are in use.',
    ],
    'device-file.ref-taken': [
      409,
      'This device has a file already',
      'Open that one, or retire it first where the device was replaced.',
    ],
    'device-file.unsuited': [
      409,
      'The protection still does not suit the place',
      'Enter the new device, its IP code or its place first; or let safety accept it.',
    ],
  },
  fields: {
    maker: ['厂商。', 'Who made it.'],
    installedOn: ['安装日期。', 'The day of its installation.'],
    maintenanceDue: [
      '下次维护的日期；未计划为 null。',
      'The day of the next maintenance; null where none is planned.',
    ],
    maintenance: ['离下次维护多近。', 'How near the next maintenance is.'],
    dust: ['粉尘类别。', 'Its class of dust.'],
    ipSolids: ['IP 代码第一位。', 'First digit of the IP code.'],
    ipWater: ['IP 代码第二位。', 'Second digit of the IP code.'],
  },
  noticeKinds: {
    'device-file.maintenance': {
      zh: '设备应维护',
      en: 'A device is due for maintenance',
      channels: 'work',
      link: '/obligations/:id',
    },
  },
  obligations: {
    'device-maintenance': {
      zh: '设备维护',
      en: 'Maintenance of a device',
      subject: 'device-file',
      link: '/device-files/:id',
      notice: 'device-file.maintenance',
      lead: { n: 30, unit: 'days' },
      escalate: 14,
      read: 'device-file:read',
      complete: 'device-file:manage',
      postponeDays: 60,
      tell: { to: 'device-file:manage', escalateTo: 'device-file:accept' },
      steps: {
        upcoming: {
          severity: 'info',
          title: { zh: '{name}：应进行维护', en: '{name}: maintenance is due' },
          body: {
            zh: '计划日期 {due}。完成后请登记。',
            en: 'Planned for {due}. Enter it when it is done.',
          },
        },
        overdue: {
          severity: 'warning',
          title: { zh: '{name}：维护已逾期', en: '{name}: maintenance is overdue' },
          body: {
            zh: '计划日期 {due}。请尽快维护并登记。',
            en: 'It was planned for {due}. Do it soon, and enter it.',
          },
        },
        escalated: {
          severity: 'warning',
          title: { zh: '{name}：维护长期逾期', en: '{name}: maintenance is long overdue' },
          body: {
            zh: '计划日期 {due}，至今未登记。',
            en: 'It was planned for {due} and is not entered yet.',
          },
        },
      },
      doing: {
        zh: '完成维护后登记日期与内容。',
        en: 'Do the maintenance, and enter its day and what was done.',
      },
    },
  },
  audit: {
    entities: named({
      'device-file': ['设备档案', 'file of a device'],
      'device-finding': ['设备防护不符', 'finding about a device'],
    }),
  },
  dictionaries: {
    'acquisition-kind': {
      name: { zh: '采集与传输设备类别', en: 'Kinds of acquisition devices' },
      words: wordRows([
        ['camera', '摄像机', 'Camera'],
        ['worker', '边缘分析主机', 'Edge analysis host'],
        ['gateway', '网关', 'Gateway'],
        ['beacon', '声光报警器', 'Beacon'],
        ['speaker', '扬声器', 'Speaker'],
        ['reader', '标签读写器', 'Badge reader'],
        ['sensor', '传感器', 'Sensor'],
        ['switch', '交换机', 'Network switch'],
      ]),
    },
  },
  data: {
    policies: [
      {
        id: 'device-files',
        name: { zh: '采集与传输设备档案', en: 'Files of acquisition devices' },
        purpose: {
          zh: '设备选型、防护与维护管理',
          en: 'Choice, protection and maintenance of devices',
        },
        fields: {
          zh: ['安装位置', '型号规格', '防护等级', '维护周期'],
          en: ['place', 'model', 'protection', 'maintenance'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['maintainer', 'safety-head', 'operator'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：设备报废后保存',
          en: 'The company: kept after retirement',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'device-file',
        name: { zh: '设备档案', en: 'Device file' },
        table: 'device_file',
        key: 'id',
        api: '/api/v1/device-files',
        policy: 'device-files',
        source: "'anshi'",
        changed: 'created_at',
        references: ['area'],
      },
    ],
  },
  records: {
    '/device-files/:id': ['device_file'],
    '/device-findings/:id': ['device_finding'],
  },
  tables: ['device_file', 'device_finding'],
} as const satisfies ModuleManifest;
