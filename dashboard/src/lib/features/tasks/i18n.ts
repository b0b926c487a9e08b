import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['我的任务', 'My tasks'],
  hint: ['按期限排序：最急的在最前面。', 'What is due first comes first.'],
  scope: ['范围', 'Scope'],
  scopes: { mine: ['我的', 'Mine'], department: ['本部门', 'My department'] },
  filter: ['筛选', 'Filters'],
  allKinds: ['全部类型', 'All kinds'],
  onlyOverdue: ['只看逾期', 'Overdue only'],
  clear: ['清除筛选', 'Clear filters'],
  open: [
    (n: number, atLeast: boolean) => `${n}${atLeast ? '+' : ''} 项待处理`,
    (n: number, atLeast: boolean) => `${n}${atLeast ? '+' : ''} open`,
  ],
  overdue: [(n: number) => `${n} 项逾期`, (n: number) => `${n} overdue`],
  noLimit: ['没有期限', 'No time limit'],
  withHidden: ['处理人：不显示', 'With: not shown'],
  with: [(names: string) => `处理人：${names}`, (names: string) => `With ${names}`],
  empty: ['没有等你处理的任务', 'Nothing waits for you'],
  emptyHint: [
    '需要你处理的事会出现在这里，并发通知提醒你。',
    'What you have to do appears here, and a notice tells you of it.',
  ],
  emptyDepartment: [
    '本部门没有你能办理的任务',
    'Nothing in your department that you could take on',
  ],
  emptyDepartmentHint: [
    '这里列出本部门未结束、而且你的角色可以办理或分派的记录。',
    'Open records of your department with a step that your role may take or assign are listed here.',
  ],
  emptyFiltered: ['没有符合条件的任务', 'No task matches these filters'],
  emptyFilteredHint: ['放宽筛选条件，或清除全部筛选。', 'Widen the filters, or clear them all.'],
});
