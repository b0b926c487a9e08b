import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

const policy = {
  classification: 'internal',
  personal: false,
  sensitive: false,
  legalBasis: { zh: '非个人信息', en: 'Not personal data' },
  usedBy: ['maintainer', 'operator', 'admin'],
  certainty: 'own',
  storage: { zh: '数据库', en: 'Database' },
} as const;

export const manifest = {
  name: 'device-health',
  seeds: true,
  facts: true,
  feature: 'monitoring',
  permissions: undivided({
    'device-health:read': ['查看设备运行状况', 'See the health of devices and its history'],
    'device-health:manage': [
      '接收设备故障通知并设置其条件',
      'Get notices of device outages, and set when',
    ],
    'camera:diagnose': [
      '远程诊断摄像机并安排现场排查',
      'Diagnose cameras, and order checks on site',
    ],
  }),
  grants: {
    manager: ['device-health:read@all'],
    'safety-officer': ['device-health:read@all'],
    'safety-head': ['device-health:read@all', 'device-health:manage@all'],
    operator: ['device-health:read@all', 'camera:diagnose@all'],
    maintainer: ['device-health:read@all', 'device-health:manage@all', 'camera:diagnose@all'],
    auditor: ['device-health:read@all'],
    admin: ['device-health:read@all', 'device-health:manage@all', 'camera:diagnose@all'],
  },
  problems: {
    'device-health.version-conflict': versionConflict('setting'),
    'device-health.worker-away': [
      503,
      'The worker of the camera is away',
      'Nothing can be asked of the camera without it: look at the worker first, or order a check on site.',
    ],
    'device-health.not-diagnosed': [
      502,
      'The worker did not diagnose the camera',
      'Let it run the version of the API, and set its clock by the same source.',
    ],
    'device-health.no-worker': [
      503,
      'No camera worker answers',
      'Cameras are tried and found by a worker in their network: start one, or name another one.',
    ],
    'device-health.worker-busy': [
      409,
      'The worker tries other addresses',
      'Ask again in some seconds.',
    ],
    'device-health.not-tried': [
      502,
      'The worker did not try the address',
      'Let it run the version of the API, and set its clock by the same source.',
    ],
    'device-health.check-unknown': unknownProblem('check', '/device-checks'),
    'device-health.check-open': [
      409,
      'A check of this device is open already',
      'Enter its result first, or add to it on site.',
    ],
    'device-health.outage-unknown': [
      404,
      'There is no such outage on record',
      'It is told over the bus and may come later: send it again in some seconds.',
    ],
    'device-health.still-unknown': unknownProblem('picture of an outage', '/device-outages'),
    'device-health.still-invalid': [
      422,
      'The picture is no small JPEG',
      'Send a JPEG of at most 640 pixels each way.',
    ],
    'device-health.device-unknown': [
      422,
      'There is no such device',
      'Take one of GET /device-health.',
    ],
    'device-health.range': [
      422,
      'The time from which to show is not before its end',
      'Let from be before to, at most 100 days.',
    ],
  },
  fields: {
    graceSeconds: [
      '中断短于此时长时不发通知，秒。',
      'An outage that ends sooner is told to nobody, seconds.',
    ],
    delaySeconds: ['画面延迟超过此值即为中断，秒。', 'A longer delay is an outage, seconds.'],
    begunAt: ['中断开始的时间。', 'When the outage began.'],
    fairMinutes: ['画面质量一般的分钟数。', 'Minutes in which the quality was fair.'],
    poorMinutes: ['画面质量较差的分钟数。', 'Minutes in which the quality was poor.'],
  },
  noticeKinds: {
    'camera.offline': {
      zh: '摄像机中断',
      en: 'A camera gives no picture',
      channels: 'usual',
      link: '/device-health/camera/:id',
    },
    'camera.tampered': {
      zh: '摄像机画面异常',
      en: 'The picture of a camera shows nothing of use',
      channels: 'usual',
      link: '/device-health/camera/:id',
    },
    'worker.offline': {
      zh: '分析主机离线',
      en: 'A camera worker is away',
      channels: 'usual',
      link: '/device-health/worker/:id',
    },
  },
  audit: {
    entities: named({
      'device-health-setting': ['设备中断通知设置', 'setting of notices of outages'],
      'device-health-hour': ['设备运行记录', 'health of devices'],
      'device-outage': ['设备中断记录', 'outages of devices'],
      'device-check': ['设备现场排查', 'check of a device on site'],
      'camera-network': ['分析主机所在的摄像机网络', 'network of cameras of the worker'],
    }),
    actions: named({
      diagnose: ['远程诊断了', 'diagnosed from afar the'],
      'try-address': ['试连了地址，用于', 'tried an address for the'],
      discover: ['查找了', 'searched the'],
      'ask-device': ['读取了一台设备，位于', 'asked a device in the'],
    }),
  },
  data: {
    policies: [
      {
        ...policy,
        id: 'device-checks',
        name: { zh: '设备现场排查记录', en: 'Checks of devices on site' },
        purpose: { zh: '追溯设备故障的处理', en: 'Tracing how faults of devices were settled' },
        fields: {
          zh: ['设备', '原因', '现场情况', '经办人'],
          en: ['device', 'reason', 'what was found', 'by whom'],
        },
        personal: true,
        legalBasis: legalBases.statutoryDuty,
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
      },
      {
        ...policy,
        id: 'device-health-minutes',
        name: { zh: '设备运行每分钟记录', en: 'Minutes of the health of devices' },
        purpose: { zh: '查看24小时运行状况', en: 'Seeing the last day of each device' },
        fields: {
          zh: ['设备', '状态', '丢帧', '延迟', '解码错误'],
          en: ['device', 'state', 'drops', 'delay', 'decode errors'],
        },
        retentionDays: 8,
        retentionSource: { zh: '企业规定', en: 'The company' },
      },
      {
        ...policy,
        id: 'device-health-hours',
        name: { zh: '设备运行每小时记录', en: 'Hours of the health of devices' },
        purpose: { zh: '评价设备可靠性', en: 'Judging how reliable devices are' },
        fields: {
          zh: ['设备', '在线时长', '丢帧', '延迟', '解码错误'],
          en: ['device', 'time up', 'drops', 'delay', 'decode errors'],
        },
        retentionDays: 120,
        retentionSource: { zh: '企业规定；不少于90天', en: 'The company; never below 90 days' },
      },
      {
        ...policy,
        id: 'device-outages',
        name: { zh: '设备中断记录', en: 'Outages of devices' },
        purpose: {
          zh: '说明何时未被监视及其原因',
          en: 'Telling when nothing was watched, and why',
        },
        fields: {
          zh: ['设备', '故障', '原因', '起止时间'],
          en: ['device', 'fault', 'reason', 'begin and end'],
        },
        retentionDays: 400,
        retentionSource: { zh: '企业规定', en: 'The company' },
      },
      {
        ...policy,
        id: 'device-outage-stills',
        name: { zh: '设备中断前的最后画面', en: 'Last pictures before outages' },
        purpose: {
          zh: '查明摄像机为何中断或画面异常',
          en: 'Finding out why a camera was lost, or what is wrong with its picture',
        },
        fields: {
          zh: ['画面（人脸已模糊）', '拍摄时间'],
          en: ['picture with blurred faces', 'time of exposure'],
        },
        personal: true,
        legalBasis: legalBases.statutoryDuty,
        retentionDays: 30,
        retentionSource: { zh: '企业规定', en: 'The company' },
        storage: { zh: '数据库，加密', en: 'Database, sealed' },
      },
    ],
    catalogue: [
      {
        entity: 'device-check',
        name: { zh: '设备现场排查', en: 'Check of a device on site' },
        table: 'device_check',
        key: 'id',
        api: '/api/v1/device-checks',
        policy: 'device-checks',
        source: "'anshi'",
        changed: 'coalesce(closed_at, opened_at)',
        references: [],
      },
      {
        entity: 'device-outage',
        name: { zh: '设备中断', en: 'Outage of a device' },
        table: 'device_outage',
        key: 'id',
        api: '/api/v1/device-outages',
        policy: 'device-outages',
        source: "'anshi'",
        changed: 'coalesce(ended_at, found_at)',
        references: [],
      },
      {
        entity: 'device-health-hour',
        name: { zh: '设备运行每小时记录', en: 'Hour of the health of a device' },
        table: 'device_health_hour',
        key: 'kind, subject, at',
        api: '/api/v1/device-health/hours',
        policy: 'device-health-hours',
        source: 'worker',
        changed: 'at',
        references: [],
      },
    ],
  },
  records: {
    '/device-checks/:id': ['device_check'],
    '/device-outages/:id': ['device_outage'],
  },
  tables: [
    'device_check',
    'device_health_minute',
    'device_health_hour',
    'device_outage',
    'device_outage_still',
    'device_health_setting',
  ],
  liveTopics: {
    'device-health': { permission: 'device-health:read', feature: 'monitoring' },
  },
} as const satisfies ModuleManifest;
