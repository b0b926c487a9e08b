import MonitorPlay from '@lucide/svelte/icons/monitor-play';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'screens',
  feature: 'monitoring',
  sections: [
    {
      id: 'screens',
      office: 'admin',
      group: 'access',
      order: 8.5,
      icon: MonitorPlay,
      name: { zh: '监控大屏', en: 'Wall screens' },
      hint: {
        zh: '共享分组，以及不登录账号、只显示一个分组的大屏',
        en: 'Shared groups, and screens that show one without an account',
      },
      needs: 'wall:manage',
    },
  ],
};
