import House from '@lucide/svelte/icons/house';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'home',
  navigation: [
    {
      id: 'home',
      href: '/',
      icon: House,
      name: { zh: '首页', en: 'Home' },
      group: 'start',
      order: 1,
      start: 2,
    },
  ],
};
