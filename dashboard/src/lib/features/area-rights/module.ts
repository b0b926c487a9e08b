import MapPinCheck from '@lucide/svelte/icons/map-pin-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'area-rights',
  feature: 'qualifications',
  navigation: [
    {
      id: 'my-areas',
      href: '/me/areas',
      icon: MapPinCheck,
      name: { zh: '我可进入的区域', en: 'My areas' },
      short: { zh: '区域', en: 'Areas' },
      group: 'me',
      order: 1.95,
    },
  ],
};
