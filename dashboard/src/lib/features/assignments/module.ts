import CalendarRange from '@lucide/svelte/icons/calendar-range';
import HardHat from '@lucide/svelte/icons/hard-hat';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'assignments',
  feature: 'assignments',
  navigation: [
    {
      id: 'assignments',
      href: '/assignments',
      icon: CalendarRange,
      name: { zh: '作业周计划', en: 'Week board' },
      group: 'work',
      order: 5.5,
      needs: ['assignment:manage', 'assignment:read'],
    },
    {
      id: 'my-work',
      href: '/me/work',
      icon: HardHat,
      name: { zh: '我的作业', en: 'My work' },
      group: 'me',
      order: 1.9,
    },
  ],
};
