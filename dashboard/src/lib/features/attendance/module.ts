import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import Fingerprint from '@lucide/svelte/icons/fingerprint';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'attendance',
  feature: 'attendance',
  navigation: [
    {
      id: 'attendance',
      href: '/attendance',
      icon: CalendarCheck,
      name: { zh: '考勤', en: 'Attendance' },
      group: 'work',
      order: 14.5,
      needs: ['attendance:read'],
    },
    {
      id: 'my-attendance',
      href: '/me/attendance',
      icon: Fingerprint,
      name: { zh: '我的考勤', en: 'My attendance' },
      short: { zh: '打卡', en: 'Clock in' },
      group: 'me',
      order: 1.85,
    },
  ],
};
