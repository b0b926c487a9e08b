import Cctv from '@lucide/svelte/icons/cctv';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'cameras',
  feature: 'monitoring',
  navigation: [
    {
      id: 'cameras',
      href: '/cameras',
      icon: Cctv,
      name: { zh: '摄像机', en: 'Cameras' },
      group: 'plant',
      order: 1,
      needs: ['camera:read'],
    },
  ],
};
