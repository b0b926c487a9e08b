import Router from '@lucide/svelte/icons/router';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'bus',
  sections: [
    {
      id: 'bus',
      office: 'admin',
      group: 'system',
      order: 5.8,
      icon: Router,
      name: { zh: '消息总线', en: 'Message bus' },
      hint: {
        zh: '谁可以连接，以及拒绝了什么',
        en: 'Who may connect, and what was refused',
      },
      needs: 'bus:read',
    },
  ],
};
