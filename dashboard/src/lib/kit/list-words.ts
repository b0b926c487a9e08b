import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const listWords = moduleWords({
  view: ['显示', 'View'],
  choose: ['列、行高与筛选', 'Columns, density and filters'],
  columns: ['显示的列', 'Columns'],
  compact: ['紧凑行高', 'Compact rows'],
  keepFilters: ['保留筛选条件', 'Keep the filters'],
});
