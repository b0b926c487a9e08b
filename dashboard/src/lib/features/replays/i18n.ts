import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  test: {
    title: ['保存前测试', 'Test before saving'],
    hint: [
      '用草稿重新判断分析主机最近记录的观测，与实际记录的违章并列显示。不会保存或记录任何内容。',
      'The worker judges what it recorded lately again, by this draft; it is shown beside what was recorded. Nothing is saved or recorded.',
    ],
    spans: {
      minute: ['最近一分钟', 'Last minute'],
      hour: ['最近一小时', 'Last hour'],
      day: ['最近一天', 'Last day'],
    },
    start: ['测试草稿', 'Test the draft'],
    cancel: ['取消', 'Cancel'],
    running: [(share: string) => `正在测试 ${share}`, (share: string) => `Testing ${share}`],
    outdated: ['草稿在测试后又有改动。', 'The draft was changed since this test.'],
    empty: ['这段时间还没有观测记录', 'No observations of that time yet'],
    emptyHint: [
      '分析主机在观看时持续记录；请稍候再试，或选择更长的时间。',
      'A worker records while it watches. Wait a little, or take a longer time.',
    ],
    both: ['相同', 'In both'],
    more: ['仅草稿会记录', 'Only by the draft'],
    fewer: ['草稿不会记录', 'Not by the draft'],
    noRecords: ['没有', 'None'],
    notWatched: ['该时刻没有观测记录', 'no observations of that moment'],
    notSeen: [
      '您无权查看违章记录，因此只显示草稿的结果。',
      'You may not see violations, so only what the draft finds is shown.',
    ],
    watched: [
      (observations: string, time: string) => `共判断 ${observations} 帧，覆盖 ${time}。`,
      (observations: string, time: string) =>
        `${observations} frames were judged, of ${time} in all.`,
    ],
    tooMany: [
      (shown: number, inAll: number) => `显示前 ${shown} 条，共 ${inAll} 条。`,
      (shown: number, inAll: number) => `The first ${shown} of ${inAll} are shown.`,
    ],
    hidden: ['遮罩隐藏的人', 'People left out by masks'],
    hides: [
      (name: string, people: number) => `${name}：${people} 人`,
      (name: string, people: number) => `${name}: ${people} ${people === 1 ? 'person' : 'people'}`,
    ],
    hidesNobody: [
      (name: string) => `${name}：没有隐藏任何人`,
      (name: string) => `${name}: left out no one`,
    ],
    failed: ['测试未完成', 'The test did not finish'],
  },
  near: {
    title: ['几乎记录的情况', 'What was almost recorded'],
    hint: [
      '规则看到、但未达到确认条件的情况，由分析主机按当时的配置重新判断得出。',
      'What rules saw and did not record: the worker judges its observations again, by the configuration of that time.',
    ],
    from: ['开始', 'From'],
    to: ['结束', 'To'],
    search: ['查找', 'Look'],
    none: ['这段时间没有几乎记录的情况', 'Nothing was almost recorded in this time'],
    noneHint: [
      '每条规则要么记录了，要么远未达到条件。',
      'Each rule either recorded it, or was far from it.',
    ],
    invalid: ['请填写开始和结束时间', 'Give a begin and an end'],
    records: [
      (n: number) => `同一时间记录了 ${n} 条。`,
      (n: number) => `${n} recorded in this time.`,
    ],
    reached: [(share: string) => `达到 ${share}`, (share: string) => `${share} of it`],
    measured: [
      (held: string, needed: string) => `成立 ${held}，需要 ${needed}`,
      (held: string, needed: string) => `held ${held}, needs ${needed}`,
    ],
    failed: {
      'too-short': ['持续时间不够', 'Too short'],
      share: ['成立的比例不够', 'Too small a share of the time'],
      doubt: ['更长时间内的比例不够，视为误判', 'Too seldom in the time before: in doubt'],
      returned: ['确认前又返回了', 'Back over the line too soon'],
      'no-climb': ['越线但没有抬腿', 'Over the line, no raised leg'],
    },
  },
});
