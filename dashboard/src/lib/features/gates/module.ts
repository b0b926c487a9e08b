import DoorOpen from '@lucide/svelte/icons/door-open';
import ScanLine from '@lucide/svelte/icons/scan-line';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'gates',
  feature: 'gates',
  navigation: [
    {
      id: 'gates',
      href: '/gates',
      icon: DoorOpen,
      name: { zh: '门禁与开机许可', en: 'Gates' },
      short: { zh: '门禁', en: 'Gates' },
      group: 'plant',
      order: 1.6,
      needs: ['gate:read'],
    },
    {
      id: 'my-gates',
      href: '/me/gates',
      icon: ScanLine,
      name: { zh: '我的门禁记录', en: 'My starts and entries' },
      group: 'me',
      order: 2.1,
    },
  ],
};
