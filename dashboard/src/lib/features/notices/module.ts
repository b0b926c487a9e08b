import Bell from '@lucide/svelte/icons/bell';
import type { DashboardModule } from '$lib/app/module.ts';
import { notices } from './notices.svelte.ts';

export const module: DashboardModule = {
  id: 'notices',
  navigation: [
    {
      id: 'notices',
      href: '/notices',
      icon: Bell,
      name: { zh: '通知', en: 'Notices' },
      group: 'me',
      order: 1,
      count: {
        value: () => notices.unread,
        words: (n) => ({ zh: `${n} 条未读`, en: `${n} unread` }),
      },
      phone: { rank: 30 },
    },
  ],
};
