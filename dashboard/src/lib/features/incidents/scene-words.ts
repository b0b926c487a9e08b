import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const sceneWords = moduleWords({
  title: ['现场与附近人员', 'The place, and who was near'],
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
  machines: ['区域内的设备', 'Machines of the area'],
  stateThen: ['当时', 'then'],
  stateNow: ['目前', 'now'],
  notKnown: ['状态未知', 'state not known'],
  cameras: ['其他摄像机的同一时刻', 'Other cameras at this instant'],
  show: ['查看其他摄像机', 'Show the other cameras'],
  noRecording: ['此时刻没有录像', 'No recording at that time'],
  recordingHint: [
    '只有发现违章时才有录像；这里显示覆盖该时刻的片段。',
    'Recordings exist of findings alone: the clip that covers the instant is shown.',
  ],
  beingMade: ['录像正在处理', 'The recording is being made'],
});
