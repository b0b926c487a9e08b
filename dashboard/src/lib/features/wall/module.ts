import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import type { DashboardModule } from '$lib/app/module.ts';
import { wallAddress } from './wall-address.svelte.ts';

export const module: DashboardModule = {
  id: 'wall',
  feature: 'monitoring',
  navigation: [
    {
      id: 'wall',
      href: '/',
      address: () => wallAddress.value,
      icon: LayoutGrid,
      name: { zh: '监控墙', en: 'Wall' },
      group: 'watch',
      order: 1,
      // A department alone has few cameras, if any: its people start with their tasks.
      needs: ['live:watch', 'violation:read@site'],
      start: 1,
    },
  ],
};
