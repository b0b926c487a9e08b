import Settings2 from '@lucide/svelte/icons/settings-2';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'admin',
  navigation: [
    {
      id: 'admin',
      href: '/admin',
      icon: Settings2,
      name: { zh: '管理', en: 'Admin' },
      group: 'admin',
      order: 1,
      office: 'admin',
    },
  ],
};
