import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

const items = (n: number) => (n === 1 ? '1 incident' : `${n} incidents`);

/** Words of what is decided for many incidents at once. */
export const manyWords = moduleWords({
  bar: ['批量复核', 'Decide on several at once'],
  chosen: [(n: number) => `已选 ${n} 件`, (n: number) => `${n} selected`],
  select: ['选择', 'Select'],
  selectHint: ['点选要一并处理的事件', 'Tap the incidents to decide on'],
  all: [(n: number) => `全选已加载的 ${n} 件`, (n: number) => `Select all ${n} loaded`],
  clear: ['取消选择', 'Clear the selection'],
  mark: [(what: string) => `选中：${what}`, (what: string) => `Select ${what}`],
  confirm: ['确认', 'Confirm'],
  dismiss: ['驳回', 'Dismiss'],
  confirmHint: [
    '涉及具体人员的事件不能批量确认，须逐件查看。',
    'Incidents that name a person are not confirmed together: each needs a look.',
  ],
  dismissHint: [
    '“不是人”“实际已佩戴”会用于训练模型，须逐件查看后给出。',
    '"Not a person" and "It is worn" teach the models: those are given one by one.',
  ],
  working: [
    (done: number, of: number) => `正在处理 ${done}/${of}`,
    (done: number, of: number) => `Deciding, ${done} of ${of}`,
  ],
  none: ['没有选中的事件', 'Nothing is selected'],
  done: {
    confirm: [(n: number) => `已确认 ${n} 件`, (n: number) => `${n} confirmed`],
    dismiss: [(n: number) => `已驳回 ${n} 件`, (n: number) => `${n} dismissed`],
    reopen: [(n: number) => `已重新打开 ${n} 件`, (n: number) => `${n} reopened`],
  },
  byOthers: [
    (n: number) => `${n} 件已由他人作出结论`,
    (n: number) => `${n} ${n === 1 ? 'was' : 'were'} decided by someone else meanwhile`,
  ],
  changed: [(n: number) => `${n} 件在此期间有变化`, (n: number) => `${n} changed meanwhile`],
  look: [
    (n: number) => `${n} 件须逐件查看`,
    (n: number) => `${n} ${n === 1 ? 'needs a look of its own' : 'need a look of their own'}`,
  ],
  claimed: [
    (n: number) => `${n} 件正由他人查看`,
    (n: number) => `${n} ${n === 1 ? 'is' : 'are'} looked at by others`,
  ],
  refused: [
    (n: number, why: string) => `${n} 件未处理：${why}`,
    (n: number, why: string) => `${n} not decided: ${why}`,
  ],
  lost: [
    (n: number) => `${n} 件结果未知：连接中断，请刷新后查看`,
    (n: number) =>
      `what became of ${items(n)} is not known: the connection was lost, reload the page`,
  ],
  rest: [
    (n: number, why: string) => `其余 ${n} 件未处理：${why}`,
    (n: number, why: string) => `the other ${items(n)} stay: ${why}`,
  ],
  unmarked: [
    (n: number) => `${n} 件选中的事件有变化，已取消选中，请查看后再选`,
    (n: number) =>
      `${n} selected ${n === 1 ? 'incident' : 'incidents'} changed and ${n === 1 ? 'is' : 'are'} no longer selected: look first`,
  ],
  comma: ['，', ', '],
  keys: {
    mark: ['选中／取消选中', 'Select, or not'],
    range: ['向下／向上连续选择', 'Select a range'],
    all: ['全选已加载的', 'Select all loaded'],
    clear: ['取消选择', 'Clear the selection'],
  },
});
