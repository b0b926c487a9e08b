import Factory from '@lucide/svelte/icons/factory';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'suppliers',
  feature: 'suppliers',
  navigation: [
    {
      id: 'suppliers',
      href: '/suppliers',
      icon: Factory,
      name: { zh: '供应商', en: 'Suppliers' },
      group: 'supply',
      order: 1,
      needs: ['supplier:read'],
    },
  ],
};
