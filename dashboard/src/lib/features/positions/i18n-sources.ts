/** Words of the register of readers, of antennas on the plan and of reference points. */
export const sourceWords = {
  register: ['读写器', 'Readers'],
  registerHint: [
    '位置数据的来源。每台读写器使用自己的凭据（“设备凭据”页面），只能上报自己的天线。',
    'What positions come from. Each has a credential of its own (page Credentials of devices) and sends for its own antennas alone.',
  ],
  search: ['搜索名称', 'Search by name'],
  addReader: ['登记读写器', 'Register a reader'],
  changeReader: ['修改读写器', 'Change the reader'],
  noReaders: ['尚未登记读写器', 'No reader is registered yet'],
  noReadersHint: ['登记后可查看其状态。', 'Once it is, its state is shown here.'],
  noneFound: ['没有匹配的读写器', 'No reader matches'],
  name: ['名称', 'Name'],
  nameHint: [
    '与设备凭据的名称一致；小写字母、数字与连字符。',
    'As its credential has it: small letters, digits and hyphens.',
  ],
  readerKind: ['接入方式', 'How it sends'],
  kinds: {
    'impinj-http': ['Impinj（HTTP）', 'Impinj by HTTP'],
    'impinj-mqtt': ['Impinj（MQTT）', 'Impinj by MQTT'],
    llrp: ['LLRP（经网关）', 'LLRP by a gateway'],
    mqtt: ['位置（MQTT）', 'Locations by MQTT'],
    omlox: ['omlox 定位系统', 'omlox hub or system'],
    gps: ['GPS（Traccar、OsmAnd）', 'GPS (Traccar, OsmAnd)'],
  },
  kindHints: {
    'impinj-http': [
      '发送到 POST /api/v1/ingest/rfid/impinj。',
      'Sends to POST /api/v1/ingest/rfid/impinj.',
    ],
    'impinj-mqtt': [
      '发布到 anshi/v1/<租户>/readers/<名称>/impinj。',
      'Publishes on anshi/v1/<tenant>/readers/<name>/impinj.',
    ],
    llrp: [
      '在网关的配置文件中填写地址与凭据。',
      'Its address and credential are in the file of the gateway.',
    ],
    mqtt: [
      '发布到 anshi/v1/<租户>/readers/<名称>/locations。',
      'Publishes on anshi/v1/<tenant>/readers/<name>/locations.',
    ],
    omlox: [
      '发布到 …/readers/<名称>/omlox/json/location_updates/<标签>，或 PUT /api/v1/ingest/omlox/v2/providers/locations。',
      'Publishes on …/readers/<name>/omlox/json/location_updates/<tag>, or PUT /api/v1/ingest/omlox/v2/providers/locations.',
    ],
    gps: [
      '在手机上填写服务器地址 /api/v1/ingest/gps/traccar/<密钥>。',
      'The phone has the address /api/v1/ingest/gps/traccar/<secret>.',
    ],
  },
  note: ['备注', 'Note'],
  state: ['状态', 'State'],
  states: {
    never: ['从未上报', 'Never heard'],
    reading: ['正在上报', 'Sending'],
    quiet: ['一分钟无上报', 'Quiet for a minute'],
  },
  readsPerMinute: ['次/分钟', 'Per minute'],
  refused: ['被拒绝', 'Refused'],
  refusedBecause: {
    form: [
      '报文格式不符合要求：请核对读写器的输出格式',
      'Not of the form: check what the reader is set to send',
    ],
    sender: [
      '报文中的名称不是它自己：请核对名称或凭据',
      'It names another reader: check its name or its credential',
    ],
    technique: [
      '只能上报 RFID 读取，不能上报其他定位技术',
      'A reader of badges may send reads of RFID alone',
    ],
    'not-omlox': [
      '未登记为 omlox 类型：请在此修改类型',
      'Not registered with the kind omlox: change its kind here',
    ],
    other: ['见下方说明', 'As said below'],
  },
  refusals: [(n: number) => `${n} 次`, (n: number) => `${n} ×`],
  none: ['无', 'None'],
  antennas: [
    (n: number) => (n === 0 ? '没有天线位置：不给出位置' : `${n} 个天线位置`),
    (n: number) => (n === 0 ? 'no antenna has a place: no positions' : `${n} with a place`),
  ],
  previousPage: ['上一页', 'Previous'],
  nextPage: ['下一页', 'Next'],
  removeReaderTitle: [
    (name: string) => `移除读写器“${name}”？`,
    (name: string) => `Remove the reader “${name}”?`,
  ],
  removeReaderText: [
    '其凭据与天线位置不受影响，可分别移除。',
    'Its credential and the places of its antennas stay; remove them where they are.',
  ],
  antennasTitle: ['天线位置', 'Antennas on the plan'],
  antennasOn: [
    (plan: string, n: number) => `${plan}：${n} 个天线`,
    (plan: string, n: number) => `${plan}: ${n} antennas`,
  ],
  legend: [
    '实线：读到的工牌在此范围内；虚线：通道，只记录区域与时间。',
    'Solid: a badge that is read is within. Dashed: a portal, kept as an area and a time.',
  ],
  placeOnPlan: ['在平面图上点击、拖动或用方向键放置：', 'Place it by click, drag or arrow keys:'],
  placeHint: [
    '点击或拖动放置；方向键移动 0.1 米，按住 Shift 移动 1 米。',
    'Click or drag to place it; arrow keys move it by 0.1 m, with Shift by 1 m.',
  ],
  isPortal: ['通道', 'A portal'],
  isPortalHint: [
    '经过即记录：只保存区域与时间，不作为一个点。',
    'Who is read passes here: kept as an area and a time, not as a point.',
  ],
  portalArea: ['代表的区域', 'The area that a read stands for'],
  areaAround: ['周围的区域', 'The area around it'],
  portal: ['通道', 'Portal'],
  references: ['GPS 参考点', 'Reference points for GPS'],
  referencesHint: [
    '有参考点的平面图可显示 GPS 位置（手机、车辆）。至少三个点，不在一条直线上。',
    'A plan that has them shows positions of GPS (phones, vehicles). Three points and more, not on one line.',
  ],
  referenceText: [
    (n: number, rms: number, degrees: number) => `${n} 个点，误差 ${rms} 米，转角 ${degrees}°`,
    (n: number, rms: number, degrees: number) =>
      `${n} points, off by ${rms} m, turned by ${degrees}°`,
  ],
  noReference: [
    '没有参考点：GPS 位置不显示在此图上',
    'None: positions of GPS are not on this plan',
  ],
  giveReference: ['填写参考点', 'Give points'],
  referenceFormHint: [
    '每个点填写经纬度（WGS84，十进制度）与平面图坐标（米，自西南角起）。',
    'Of each point: latitude and longitude (WGS84, decimal degrees), and metres on the plan from its south-west corner.',
  ],
  pointFields: {
    latitude: ['纬度', 'Latitude'],
    longitude: ['经度', 'Longitude'],
    x: ['横坐标（米）', 'x (m)'],
    y: ['纵坐标（米）', 'y (m)'],
  },
  point: [(n: number) => `第 ${n} 点`, (n: number) => `Point ${n}`],
  error: ['误差', 'Error'],
  metres: [(n: number) => `${n} 米`, (n: number) => `${n} m`],
  removePoint: [(n: number) => `移除第 ${n} 点`, (n: number) => `Remove point ${n}`],
  addPoint: ['添加一点', 'Add a point'],
  removeReferenceTitle: [
    (plan: string) => `移除“${plan}”的参考点？GPS 位置不再显示在此图上。`,
    (plan: string) =>
      `Remove the reference points of “${plan}”? Positions of GPS are not on it then.`,
  ],
} as const;
