import History from '@lucide/svelte/icons/history';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'person-timeline',
  feature: 'people',
  navigation: [
    {
      id: 'my-record',
      href: '/me/timeline',
      icon: History,
      name: { zh: '我的记录', en: 'My record' },
      short: { zh: '记录', en: 'Record' },
      group: 'me',
      order: 2.6,
    },
  ],
};
