import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict, wordRows } from '../../platform/manifest-forms.ts';

export const FEATURE = 'vehicles';

export const manifest = {
  name: 'vehicles',
  facts: true,
  seeds: true,
  feature: {
    id: 'vehicles',
    name: { zh: '车辆管控', en: 'Vehicles' },
    description: {
      zh: '车辆标签、可进入区域、限速、驾驶资格与出入记录',
      en: 'Tags of vehicles, areas and speed limits, drivers, and the gate log',
    },
    dependsOn: ['positioning'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'vehicle:read': { zh: '查看车辆', en: 'See vehicles' },
    'vehicle:manage': {
      zh: '维护车辆、标签与区域限速',
      en: 'Manage vehicles, their tags and what counts in areas',
    },
    'vehicle:review': { zh: '处理车辆事件', en: 'Deal with events of vehicles' },
  },
  grants: {
    warehouse: [
      'vehicle:read@department',
      'vehicle:manage@department',
      'vehicle:review@department',
    ],
    'team-leader': ['vehicle:read@department', 'vehicle:review@department'],
    head: ['vehicle:read@department', 'vehicle:review@department'],
    'safety-officer': ['vehicle:read@all', 'vehicle:manage@all', 'vehicle:review@all'],
    'safety-head': ['vehicle:read@all', 'vehicle:manage@all', 'vehicle:review@all'],
    operator: ['vehicle:read@all', 'vehicle:review@all'],
  },
  problems: {
    'vehicle.unknown': unknownProblem('vehicle', '/vehicles'),
    'vehicle.version-conflict': versionConflict('vehicle'),
    'vehicle.area-version-conflict': versionConflict('area'),
    'vehicle.plate-taken': [
      409,
      'A vehicle in use has this plate already',
      'Open that one, or retire it first.',
    ],
    'vehicle.fields': [
      422,
      'The vehicle cannot be entered so',
      'Take a kind, a department, areas and a machine that exist and are within your reach.',
    ],
    'vehicle.retired': [409, 'The vehicle is retired', 'Put it into use again first.'],
    'vehicle.tag-worn': [
      409,
      'A person wears this tag',
      'Take it from the person first: a tag is a person’s or a vehicle’s, never both.',
    ],
    'vehicle.tag-taken': [
      409,
      'The tag is on another vehicle',
      'Take it off that one first, or correct its number.',
    ],
    'vehicle.tag-unknown': [
      404,
      'The tag is not on this vehicle',
      'Reload the vehicle: it was taken off.',
    ],
    'vehicle.event-unknown': unknownProblem('event', '/vehicle-events'),
    'vehicle.event-version-conflict': versionConflict('event'),
    'vehicle.acknowledged': [
      409,
      'It is acknowledged already',
      'Read who acknowledged it, and the note.',
    ],
    'vehicle.own': [
      403,
      'You drove the vehicle yourself',
      'Another person with the right has to look at it.',
    ],
  },
  fields: {
    vehicle: ['车辆。', 'The vehicle.'],
    plate: ['车牌或企业编号。', 'Its plate, or the number of the company.'],
    departmentName: ['部门名称。', 'Name of the department.'],
    machineName: ['设备名称。', 'Name of the machine.'],
    mayChange: ['本账号是否可以修改。', 'Whether this account may change it.'],
    closedBy: ['结束的原因。', 'Why it ended.'],
    acknowledged: ['由谁处理、何时、如何。', 'Who dealt with it, when and how.'],
    onSite: ['是否在场。', 'Whether it is on the site.'],
    tag: ['标签。', 'The tag.'],
  },
  noticeKinds: {
    'vehicle.area': {
      zh: '车辆无权进入区域',
      en: 'A vehicle where it may not be',
      channels: 'always',
      link: '/vehicles/events/:id',
    },
    'vehicle.speed': {
      zh: '车辆超速',
      en: 'A vehicle is too fast',
      channels: 'work',
      link: '/vehicles/events/:id',
    },
    'vehicle.pass': {
      zh: '停用或过期车辆入场',
      en: 'A vehicle came in that may not be used',
      channels: 'work',
      link: '/vehicles/events/:id',
    },
  },
  audit: {
    entities: named({
      vehicle: ['车辆', 'vehicle'],
      'vehicle-area': ['区域的车辆规则', 'rules for vehicles in an area'],
      'vehicle-event': ['车辆事件', 'event of a vehicle'],
      'vehicle-pass': ['车辆出入记录', 'gate log of vehicles'],
    }),
    actions: named({
      'vehicle-tag': ['安装了标签：', 'put a tag on'],
      'vehicle-untag': ['取下了标签：', 'took a tag off'],
      'acknowledge-vehicle-event': ['处理了', 'acknowledged'],
    }),
  },
  dictionaries: {
    'vehicle-kind': {
      name: { zh: '车辆类型', en: 'Kinds of vehicles' },
      words: wordRows([
        ['forklift', '叉车', 'Forklift'],
        ['stacker', '堆高车', 'Stacker'],
        ['tractor', '牵引车', 'Tow tractor'],
        ['agv', 'AGV 小车', 'AGV'],
        ['truck', '货车', 'Truck'],
        [
          'tanker',
          '罐车',
          'Tanker',
          { presets: ['chemical', 'large-chemical', 'automotive', 'machinery'] },
        ],
        ['hazmat-truck', '危险货物运输车', 'Truck for dangerous goods'],
        ['car', '小型客车', 'Car'],
        ['crane-truck', '汽车起重机', 'Mobile crane'],
        ['other', '其他', 'Other'],
      ]),
    },
  },
  data: {
    policies: [
      {
        id: 'vehicle-records',
        name: { zh: '车辆出入与事件', en: 'Gate log and events of vehicles' },
        purpose: {
          zh: '防止车辆超速与无权进入区域，追溯出入与处理',
          en: 'Keeping vehicles out of areas and to the limits, and tracing passes and what was done',
        },
        fields: {
          zh: ['车辆', '车牌', '地点', '时间', '速度', '签到的驾驶员', '处理人与备注'],
          en: [
            'vehicle',
            'plate',
            'place',
            'time',
            'speed',
            'driver who signed on',
            'who dealt with it, note',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['warehouse', 'team-leader', 'head', 'safety-officer', 'safety-head', 'operator'],
        retentionDays: 365,
        retentionSource: { zh: '企业规定：一年', en: 'The company: a year' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'vehicle',
        name: { zh: '车辆', en: 'Vehicle' },
        table: 'vehicle',
        key: 'id',
        api: '/api/v1/vehicles',
        policy: null,
        source: "'anshi'",
        changed: 'created_at',
        references: ['department', 'area', 'equipment'],
      },
      {
        entity: 'vehicle-event',
        name: { zh: '车辆事件', en: 'Event of a vehicle' },
        table: 'vehicle_event',
        key: 'id',
        api: '/api/v1/vehicle-events',
        policy: 'vehicle-records',
        source: "'anshi'",
        changed: 'coalesce(closed_at, opened_at)',
        references: ['vehicle', 'area', 'person'],
      },
      {
        entity: 'vehicle-pass',
        name: { zh: '车辆出入记录', en: 'Gate log of vehicles' },
        table: 'vehicle_pass',
        key: 'id',
        api: '/api/v1/vehicle-passes',
        policy: 'vehicle-records',
        source: "'anshi'",
        changed: 'at',
        references: ['vehicle', 'area', 'person'],
      },
    ],
  },
  records: {
    '/vehicles/:id': ['vehicle'],
    '/vehicles/:id/tags/:tag': ['vehicle', 'vehicle_tag'],
    '/vehicle-events/:id': ['vehicle_event'],
    '/vehicle-areas/:area': ['area'],
  },
  personColumns: {
    'vehicle_event.driver_id': {
      what: { zh: '车辆事件', en: 'event of a vehicle' },
      merge: 'moves',
      ignored: ['until_at', 'closed_at', 'closed_by', 'state'],
    },
    'vehicle_event.removed_driver_id': {
      what: { zh: '车辆事件（姓名已移出）', en: 'event of a vehicle, whose driver was taken out' },
      merge: 'moves',
      ignored: ['until_at', 'closed_at', 'closed_by', 'state'],
    },
    'vehicle_pass.removed_driver_id': {
      what: { zh: '车辆进出（姓名已移出）', en: 'pass of a vehicle, whose driver was taken out' },
      merge: 'moves',
    },
    'vehicle_pass.driver_id': { what: { zh: '车辆进出', en: 'pass of a vehicle' }, merge: 'moves' },
  },
  tables: [
    'vehicle',
    'vehicle_tag',
    'vehicle_area',
    'vehicle_track',
    'vehicle_event',
    'vehicle_pass',
  ],
  published: ['vehicle', 'vehicle_tag', 'vehicle_area'],
  liveTopics: { vehicles: { permission: 'vehicle:read', feature: 'vehicles' } },
} as const satisfies ModuleManifest;
