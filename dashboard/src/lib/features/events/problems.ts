import type { ModuleProblems } from '$lib/api/module-problems.ts';

export const problems: ModuleProblems = {
  'dead-letter.unknown': {
    zh: '没有这条失败的事件，请刷新列表。',
    en: 'There is no such failed event. Reload the list.',
  },
  'dead-letter.decided': {
    zh: '这条事件已由他人重新处理或忽略，请刷新列表。',
    en: 'The event was replayed or dismissed meanwhile. Reload the list.',
  },
};
