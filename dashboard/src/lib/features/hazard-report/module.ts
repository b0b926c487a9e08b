import CirclePlus from '@lucide/svelte/icons/circle-plus';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'hazard-report',
  feature: 'hazards',
  navigation: [
    {
      id: 'report',
      href: '/hazards/report',
      icon: CirclePlus,
      name: { zh: '上报', en: 'Report' },
      group: 'work',
      order: 11,
      needs: ['hazard:report'],
      phone: { rank: 1, middle: true },
    },
  ],
};
