import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'obligations',
  navigation: [
    {
      id: 'obligations',
      href: '/obligations',
      icon: CalendarClock,
      name: { zh: '到期事项', en: 'What falls due' },
      short: { zh: '到期', en: 'Due' },
      group: 'work',
      order: 15,
      needs: ['obligation:read'],
    },
  ],
};
