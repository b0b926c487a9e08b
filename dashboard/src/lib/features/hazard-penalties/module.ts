import Gavel from '@lucide/svelte/icons/gavel';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'hazard-penalties',
  feature: 'hazards',
  navigation: [
    {
      id: 'penalties',
      href: '/hazards/penalties',
      icon: Gavel,
      name: { zh: '认定', en: 'Decisions' },
      group: 'work',
      order: 13,
      needs: ['hazard:accept'],
    },
  ],
};
