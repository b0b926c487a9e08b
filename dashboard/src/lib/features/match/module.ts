import UserCheck from '@lucide/svelte/icons/user-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'match',
  feature: 'qualifications',
  navigation: [
    {
      id: 'match',
      href: '/match',
      icon: UserCheck,
      name: { zh: '资质匹配', en: 'May they work here?' },
      short: { zh: '匹配', en: 'Matching' },
      group: 'work',
      order: 15.5,
      needs: ['match:read'],
    },
  ],
};
