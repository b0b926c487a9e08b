import MapIcon from '@lucide/svelte/icons/map';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'plan',
  feature: 'positioning',
  navigation: [
    {
      id: 'plan',
      href: '/plan',
      icon: MapIcon,
      name: { zh: '平面图', en: 'Plan' },
      group: 'watch',
      order: 3,
      needs: ['location:read'],
    },
  ],
};
