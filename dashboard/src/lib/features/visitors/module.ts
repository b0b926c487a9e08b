import DoorOpen from '@lucide/svelte/icons/door-open';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'visitors',
  feature: 'visitors',
  navigation: [
    {
      id: 'visits',
      href: '/visits',
      icon: DoorOpen,
      name: { zh: '访客', en: 'Visitors' },
      short: { zh: '访客', en: 'Visitors' },
      group: 'work',
      order: 7.5,
      needs: ['visit:read'],
    },
  ],
};
