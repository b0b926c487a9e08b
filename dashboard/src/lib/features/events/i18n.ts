import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['处理失败的事件', 'Failed events'],
  hint: [
    '某个模块多次处理失败、已停止重试的事件。排除原因后重新处理；不需要处理的，写明理由后忽略。',
    'Events on which a module failed too often. Replay one once the cause is mended; dismiss what needs nothing more, with a reason.',
  ],
  event: ['事件', 'Event'],
  error: ['最后一次错误', 'Last error'],
  state: ['状态', 'State'],
  actions: ['操作', 'Actions'],
  all: ['全部状态', 'All states'],
  states: {
    dead: ['失败', 'Failed'],
    waiting: ['等待重新处理', 'Waits for the replay'],
    replayed: ['已重新处理', 'Replayed'],
    dismissed: ['已忽略', 'Dismissed'],
  },
  tries: [(n: number) => `已尝试 ${n} 次`, (n: number) => `${n} tries`],
  by: [(name: string) => `由 ${name}`, (name: string) => `by ${name}`],
  replay: ['重新处理', 'Replay'],
  replayTitle: ['重新处理这个事件？', 'Replay this event?'],
  replayText: [
    '该事件之后的事件已经处理过，请先确认失败的原因已经排除。',
    'Later events were processed already. Make sure that the cause is mended.',
  ],
  replayAsked: ['几秒内会重新处理', 'It is replayed within seconds'],
  dismiss: ['忽略', 'Dismiss'],
  dismissTitle: ['忽略这个事件？', 'Dismiss this event?'],
  dismissText: [
    '相应的处理不会再做，也不能恢复。',
    'What should follow from it is not done. This cannot be taken back.',
  ],
  dismissReason: ['忽略的理由', 'Reason'],
  dismissed: ['已忽略', 'Dismissed'],
  empty: ['没有处理失败的事件', 'No event has failed'],
  emptyHint: [
    '各模块都已处理完收到的事件。出现失败时会发通知。',
    'All modules processed what they received. A notice tells you when one fails.',
  ],
});
