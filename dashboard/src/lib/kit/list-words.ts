import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const listWords = moduleWords({
  view: ['显示', 'View'],
  choose: ['列、行高与筛选', 'Columns, density and filters'],
  columns: ['显示的列', 'Columns'],
  compact: ['紧凑行高', 'Compact rows'],
  keepFilters: ['保留筛选条件', 'Keep the filters'],
  narrowed: [
    '按保留的筛选条件打开，部分记录未显示',
    'Opened with the filters that you keep: not all is shown',
  ],
  showAll: ['显示全部', 'Show all'],
});
