import CalendarDays from '@lucide/svelte/icons/calendar-days';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'calendar',
  sections: [
    {
      id: 'calendar',
      office: 'admin',
      group: 'system',
      order: 4,
      icon: CalendarDays,
      name: { zh: '工作日历', en: 'Working calendar' },
      hint: { zh: '工作时间、例外日、法定节假日', en: 'Hours, exceptions and public holidays' },
      needs: 'workflow:read',
      leadsFor: ['workflow:manage'],
    },
  ],
};
