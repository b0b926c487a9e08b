import type { ModuleManifest } from '../../platform/manifest.ts';
import { versionConflict } from '../../platform/manifest-forms.ts';

export const manifest = {
  // No feature: sites and floor plans serve every module. The route of the cameras names monitoring.
  name: 'cameras',
  facts: true,
  permissions: {
    'camera:read': { zh: '查看摄像机', en: 'See cameras' },
    'camera:manage': { zh: '配置摄像机', en: 'Configure cameras' },
  },
  grants: {
    'team-leader': ['camera:read@department'],
    head: ['camera:read@department'],
    manager: ['camera:read@all'],
    'safety-officer': ['camera:read@all'],
    'safety-head': ['camera:read@all', 'camera:manage@all'],
    inspector: ['camera:read@all'],
    operator: ['camera:read@all'],
    admin: ['camera:read@all', 'camera:manage@all'],
  },
  problems: {
    'camera.unknown': [404, 'There is no such camera', 'Check the id against /cameras.'],
    'camera.none': [
      404,
      'No camera is on record yet',
      'Add one, or name cameras in cameras.yaml. Workers keep the cameras that they have.',
    ],
    'camera.version-conflict': versionConflict('camera'),
    'camera.id-taken': [
      409,
      'A camera with this id is there already',
      'Open that one, or take another id.',
    ],
    'camera.from-file': [
      409,
      'The cameras are those of cameras.yaml',
      'Change the file, or take ANSHI_CAMERAS_FROM=file away so that the database holds them.',
    ],
    'camera.invalid': [422, 'The camera cannot be used like this', 'Correct the fields in errors.'],
    'camera.other-site': [
      422,
      'The camera would belong to a site that is not yours',
      'Take a site within the reach of your role.',
    ],
    'camera.version-unknown': [
      422,
      'The camera has no such version',
      'Take one of GET /cameras/{camera}/versions.',
    ],
    'camera.fence-unusable': [
      422,
      'The zone cannot be drawn from an area',
      'It must name an area with an outline on the same floor plan that the calibrated camera sees.',
    ],
    'floor-plan.unknown': [
      404,
      'There is no such floor plan picture',
      'Name an image for the floor plan in cameras.yaml and put the file beside it.',
    ],
  },
  fields: {
    analysisFps: ['每秒分析帧数。', 'Analysed frames a second.'],
    drawing: [
      '画面尺寸、标定、区域、线、规则与模型，写法同 cameras.yaml。',
      'Picture size, calibration, zones, lines, rules and model, as in cameras.yaml.',
    ],
    zones: ['画面上的区域。', 'The zones on the picture.'],
    lines: ['画面上的线。', 'The lines on the picture.'],
    masks: [
      '画面上的遮罩：脚点在其中的人不判断、不显示。',
      'The masks on the picture: people whose foot point is in one are neither judged nor shown.',
    ],
    calibration: [
      '标定点对：画面中的像素点与平面图上的同一点（米）。',
      'Pairs of a point of the picture in pixels and the same point of the floor plan in metres.',
    ],
    plane: [
      '轮廓所在平面：`floor` 以脚点判断，`picture` 以画面位置判断；省略为 `floor`。',
      'Plane of the outline: `floor`, by the foot point, or `picture`, by the position in it; `floor` where left out.',
    ],
    whileMachine: [
      '规则只在设备处于这些状态时生效。',
      'The rule applies only while the machine is in one of these states.',
    ],
    direction: ['触发规则的越线方向。', 'The direction in which a crossing counts.'],
    speed: ['速度上限，米/秒。', 'The limit of speed, metres a second.'],
    maxPeople: ['区域内允许的最多人数。', 'The most people that may be in the zone.'],
    companyIn: [
      '第二人在何处算作陪同：画面任何位置（picture）或仅在区域内（zone）。',
      'Where a second person is company: anywhere in the picture, or in the zone only.',
    ],
  },
  audit: {
    entities: { site: { zh: '厂区', en: 'site' }, camera: { zh: '摄像机', en: 'camera' } },
  },
  data: {
    policies: [
      {
        id: 'camera-leases',
        name: { zh: '摄像机由哪个分析进程负责的记录', en: 'Which worker held which camera' },
        purpose: { zh: '核对违章事件的来源', en: 'Checking where events of violations come from' },
        fields: {
          zh: ['摄像机', '分析进程', '开始时间', '结束时间'],
          en: ['camera', 'worker', 'from', 'to'],
        },
        classification: 'internal',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin'],
        retentionDays: 400,
        retentionSource: {
          zh: '企业规定；事件最晚一年后仍可送达，故不少于一年',
          en: 'The company; never less than a year, because events may come so late',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
      {
        id: 'camera-configurations',
        name: { zh: '摄像机配置及其历史', en: 'Configuration of cameras, with its history' },
        purpose: { zh: '识别与取证，追溯配置变更', en: 'Watching, and telling who changed what' },
        fields: {
          zh: ['名称', '地址（加密）', '区域与线', '规则', '修改人', '修改时间'],
          en: ['name', 'address (sealed)', 'zones and lines', 'rules', 'changed by', 'changed at'],
        },
        classification: 'secret',
        personal: false,
        sensitive: false,
        legalBasis: { zh: '非个人信息', en: 'Not personal data' },
        usedBy: ['admin', 'safety-head'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: {
          zh: '数据库；地址以 AES-256-GCM 加密，密钥另存',
          en: 'Database; addresses encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
    catalogue: [
      {
        entity: 'camera',
        name: { zh: '摄像机', en: 'Camera' },
        table: 'camera',
        key: 'id',
        api: '/api/v1/cameras',
        policy: 'camera-configurations',
        source: "'anshi'",
        changed: 'updated_at',
        references: ['site', 'area'],
      },
      {
        entity: 'site',
        name: { zh: '厂区', en: 'Site' },
        table: 'site',
        key: 'id',
        api: '/api/v1/sites',
        policy: null,
        source: "'cameras.yaml'",
        changed: null,
        references: [],
      },
    ],
  },
  records: { '/cameras/:camera': ['camera'] },
  tables: [
    'site',
    'camera_lease',
    'camera_worker',
    'camera_judge_state',
    'camera',
    'camera_address',
    'camera_config_version',
  ],
  published: ['site'],
  liveTopics: {
    cameras: { permission: 'camera:read', feature: 'monitoring' },
    system: { permission: 'system:read' },
    'observations:': { permission: 'live:watch', feature: 'monitoring', droppable: true },
  },
} as const satisfies ModuleManifest;
