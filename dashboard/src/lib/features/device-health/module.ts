import Activity from '@lucide/svelte/icons/activity';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'device-health',
  feature: 'monitoring',
  navigation: [
    {
      id: 'device-health',
      href: '/device-health',
      icon: Activity,
      name: { zh: '设备运行', en: 'Device health' },
      group: 'plant',
      order: 1.1,
      needs: ['device-health:read'],
    },
  ],
};
