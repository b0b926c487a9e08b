import ListChecks from '@lucide/svelte/icons/list-checks';
import type { DashboardModule } from '$lib/app/module.ts';
import { taskCount } from './task-count.svelte.ts';

export const module: DashboardModule = {
  id: 'tasks',
  navigation: [
    {
      id: 'tasks',
      href: '/tasks',
      icon: ListChecks,
      name: { zh: '我的任务', en: 'My tasks' },
      short: { zh: '任务', en: 'Tasks' },
      group: 'work',
      order: 1,
      count: {
        value: () => taskCount.counts?.open ?? 0,
        words: (n) => ({ zh: `${n} 项等你处理`, en: `${n} waiting for you` }),
        follow: () => taskCount.follow(),
      },
      phone: { rank: 25 },
    },
  ],
};
