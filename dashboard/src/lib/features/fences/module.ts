import Fence from '@lucide/svelte/icons/fence';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'fences',
  feature: 'fences',
  navigation: [
    {
      id: 'area-fences',
      href: '/area-fences',
      icon: Fence,
      name: { zh: '电子围栏', en: 'Electronic fences' },
      short: { zh: '围栏', en: 'Fences' },
      group: 'plant',
      order: 1.7,
      needs: ['fence:read'],
    },
    {
      id: 'my-fences',
      href: '/me/fences',
      icon: ShieldAlert,
      name: { zh: '我的围栏告警', en: 'Fences and me' },
      group: 'me',
      order: 2.2,
    },
  ],
};
