import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['为什么记录', 'Why it was recorded'],
  none: [
    '此记录产生时还不保存判定过程。',
    'This record is of before the measurements of rules were kept.',
  ],
  share: [
    (held: string, counted: string, share: string) =>
      `可判断的 ${counted} 中有 ${held} 成立（${share}）。`,
    (held: string, counted: string, share: string) =>
      `It held for ${held} of the ${counted} in which it could be told (${share}).`,
  ],
  shareNeeded: [
    (seconds: string, share: string) => `需要：最近 ${seconds} 中有 ${share} 成立。`,
    (seconds: string, share: string) => `Needed: ${share} of the newest ${seconds}.`,
  ],
  doubt: [
    (seconds: string, share: string) => `并且最近 ${seconds} 中不少于 ${share}。`,
    (seconds: string, share: string) => `And at least ${share} of the newest ${seconds}.`,
  ],
  time: [
    (held: string) => `从开始起成立了 ${held}。`,
    (held: string) => `It held for ${held} since it began.`,
  ],
  timeNeeded: [
    (seconds: string) => `需要：${seconds}。`,
    (seconds: string) => `Needed: ${seconds}.`,
  ],
  crossing: [
    '越过了线，从一侧明确走到另一侧。',
    'The person went clearly from one side of the line to the other.',
  ],
  crossingNeeded: [
    (pixels: string) => `需要：两侧都离线 ${pixels} 像素以上。`,
    (pixels: string) => `Needed: more than ${pixels} pixels from the line on both sides.`,
  ],
  stayed: [
    (seconds: string) => `并在 ${seconds} 内没有返回。`,
    (seconds: string) => `And not back within ${seconds}.`,
  ],
  speed: [
    (speed: string) => `限速 ${speed} 米/秒。`,
    (speed: string) => `Above ${speed} metres a second.`,
  ],
  maxPeople: [
    (n: number) => `区域内最多 ${n} 人。`,
    (n: number) => `At most ${n} people in the zone.`,
  ],
  posture: [
    (fell: string, lying: string) => `姿态网络判断：刚跌倒 ${fell}，躺着 ${lying}。`,
    (fell: string, lying: string) => `Posture network: just fell ${fell}, lies ${lying}.`,
  ],
  clear: [
    (seconds: string) => `不再成立满 ${seconds} 后结束。`,
    (seconds: string) => `It ends when it is gone for ${seconds}.`,
  ],
  configuration: [
    (version: number) => `摄像机配置版本 ${version}`,
    (version: number) => `Version ${version} of the camera's configuration`,
  ],
  fromFile: ['配置来自 cameras.yaml', 'Configured by cameras.yaml'],
  states: {
    held: ['成立', 'held'],
    gone: ['不成立', 'did not hold'],
    unknown: ['无法判断', 'could not be told'],
  },
  threshold: ['阈值', 'Threshold'],
  line: ['成立的时间', 'Time that held'],
  distance: ['到线的距离', 'Distance to the line'],
  theLine: ['线', 'The line'],
  samples: ['逐段查看', 'As a list'],
  stretch: [
    (from: string, to: string, state: string) => `确认前 ${from} 至 ${to} 秒：${state}`,
    (from: string, to: string, state: string) =>
      `${from} to ${to} s before it was confirmed: ${state}`,
  ],
  pixels: [
    (at: string, pixels: string) => `确认前 ${at} 秒：${pixels} 像素`,
    (at: string, pixels: string) => `${at} s before: ${pixels} pixels`,
  ],
  confirmed: ['确认', 'Confirmed'],
  before: [(seconds: string) => `${seconds} 秒前`, (seconds: string) => `${seconds} s before`],
  nearMisses: ['这段时间里几乎记录的情况', 'What was almost recorded around this time'],
});
