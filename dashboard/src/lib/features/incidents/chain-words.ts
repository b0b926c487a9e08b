import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['事件全链条', 'The chain of this incident'],
  hint: [
    '从事前预防、事中管控到事后追溯，来自您有权查看的全部模块。',
    'Prevention, control and tracing, from all modules that you may read.',
  ],
  parts: {
    before: ['事前：预防', 'Before: prevention'],
    during: ['事中：管控', 'During: control'],
    after: ['事后：追溯', 'After: tracing'],
  },
  none: ['没有记录', 'Nothing on record'],
  asked: [(kinds: string) => `已查：${kinds}`, (kinds: string) => `Looked for: ${kinds}`],
  more: ['还有更多，请在相应页面查看', 'There are more: see their page'],
  timeline: [(n: number) => `时间线（${n}）`, (n: number) => `Timeline (${n})`],
  filter: ['显示的类型', 'Kinds that are shown'],
  allHidden: ['没有选中的类型', 'No kind is chosen'],
  until: [(at: string) => `至 ${at}`, (at: string) => `until ${at}`],
  reload: ['重新读取', 'Read again'],
  live: {
    title: ['现场实时画面', 'Live picture of the place'],
    start: ['查看实时画面', 'Live now'],
    stop: ['关闭实时画面', 'Stop live'],
    soon: ['即将打开…', 'Opens in a moment …'],
  },
});
