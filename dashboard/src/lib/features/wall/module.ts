import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'wall',
  feature: 'monitoring',
  navigation: [
    {
      id: 'wall',
      href: '/',
      icon: LayoutGrid,
      name: { zh: '监控墙', en: 'Wall' },
      group: 'watch',
      order: 1,
      needs: ['live:watch', 'violation:read'],
      start: 1,
    },
  ],
};
