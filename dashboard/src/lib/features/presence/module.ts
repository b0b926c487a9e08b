import UserSearch from '@lucide/svelte/icons/user-search';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'presence',
  feature: 'positioning',
  navigation: [
    {
      id: 'presence',
      href: '/presence',
      icon: UserSearch,
      name: { zh: '在岗看板', en: 'Who is at the post' },
      short: { zh: '在岗', en: 'At the post' },
      group: 'watch',
      order: 3.2,
      needs: ['location:read'],
    },
  ],
};
