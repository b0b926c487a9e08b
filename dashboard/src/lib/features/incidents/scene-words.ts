import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const sceneWords = moduleWords({
  title: ['现场与附近人员', 'The place, and who was near'],
  vehicles: ['附近车辆', 'Vehicles near'],
  hint: [
    '某一时刻的位置；不显示姓名，附近有谁不等于是谁所为。',
    'Positions at one instant, without names: who was near is no answer to who it was.',
  ],
  time: ['时刻', 'Instant'],
  plan: [(name: string) => `${name}平面图`, (name: string) => `Plan of ${name}`],
  noPlan: ['没有可显示的平面图', 'There is no floor plan to show'],
  act: ['事件位置', 'Place of the act'],
  person: ['事件所指人员', 'The person of this incident'],
  someone: ['附近人员', 'A person near'],
  within: [(m: string) => `误差 ${m} 米（95%）`, (m: string) => `within ${m} m (95 %)`],
  onlyArea: [(name: string) => `仅知在${name}`, (name: string) => `only the area: ${name}`],
  ago: [
    (s: number) => (s === 0 ? '当时' : `${s} 秒前的位置`),
    (s: number) => (s === 0 ? 'of this second' : `${s} s old`),
  ],
  late: ['迟到的定位', 'received late'],
  noneNear: [
    '此时刻没有可显示的人员位置：无人同意定位、未被定位，或已超过保存期限。',
    'There is no position to show of this instant: none of the people who agreed was heard, or the time for which positions are kept is over.',
  ],
  nearMore: [
    (time: string) => `定位过多：${time} 之后的位置没有显示。`,
    (time: string) => `There are too many positions: those after ${time} are not shown.`,
  ],
  vehicle: [
    (plate: string, kind: string) => `${kind} ${plate}`,
    (plate: string, kind: string) => `${kind} ${plate}`,
  ],
  driver: [
    (name: string) => `签到驾驶员：${name}（事件所指人员）`,
    (name: string) => `driver signed on: ${name}, the person of this incident`,
  ],
  vehiclesMore: [
    '附近车辆或其定位过多，只显示一部分。',
    'More vehicles were near, or more of their positions are known, than are shown.',
  ],
  machines: ['区域内的设备', 'Machines of the area'],
  stateThen: ['当时', 'then'],
  stateNow: ['目前', 'now'],
  notKnown: ['状态未知', 'state not known'],
  cameras: ['其他摄像机的同一时刻', 'Other cameras at this instant'],
  show: ['查看其他摄像机', 'Show the other cameras'],
  noRecording: ['此时刻没有录像', 'No recording at that time'],
  recordingHint: [
    '显示覆盖该时刻的录像片段；人脸已模糊。',
    'The clips that cover the instant are shown, with blurred faces.',
  ],
  getClips: ['调取其他摄像机的录像', 'Get the pictures of the other cameras'],
  getHint: [
    '仅当摄像机的循环录像仍保存该时段时可调取；高等级违章会自动留存。',
    'While the recording buffers of the cameras hold that time; at high severity they are kept by themselves.',
  ],
  play: ['同步播放', 'Play all in step'],
  pause: ['暂停', 'Pause'],
  clipStates: {
    ordered: ['正在调取录像', 'Being fetched'],
    'worker-away': [
      '摄像机服务未响应，恢复后继续调取',
      'The camera worker is away; it is asked once it is back',
    ],
    kept: ['录像已留存，可调取', 'Kept: it can be fetched'],
    'being-made': ['正在模糊人脸', 'Faces are being blurred'],
    ready: ['此时刻没有录像', 'No recording at that time'],
  },
  clipMissing: {
    'no-segments': [
      '循环录像已不保存该时段',
      'The recording buffer does not hold that time any more',
    ],
    'camera-off': ['摄像机已停用', 'The camera is switched off'],
    'worker-away': [
      '摄像机服务未响应，录像已无法调取',
      'The camera worker stayed away for longer than video is held',
    ],
    'camera-lost': ['摄像机当时没有画面', 'The camera gave no video then'],
    'disk-full': ['摄像机服务磁盘已满', "The camera worker's disk was full"],
    purged: [
      '录像已删除：已到保存期限，或事件被排除',
      'Removed: its term is over, or the finding was dismissed',
    ],
    other: ['无法调取录像', 'The recording cannot be fetched'],
  },
  beingMade: ['录像正在处理', 'The recording is being made'],
});
