import UserSearch from '@lucide/svelte/icons/user-search';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'presence',
  feature: 'positioning',
  navigation: [
    {
      id: 'presence',
      href: '/presence/badges',
      icon: UserSearch,
      name: { zh: '工牌与定位间隔', en: 'Badges' },
      group: 'watch',
      order: 3.2,
      needs: ['location:read'],
    },
  ],
};
