import Truck from '@lucide/svelte/icons/truck';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'vehicles',
  feature: 'vehicles',
  navigation: [
    {
      id: 'vehicles',
      href: '/vehicles',
      icon: Truck,
      name: { zh: '车辆管控', en: 'Vehicles' },
      short: { zh: '车辆', en: 'Vehicles' },
      group: 'plant',
      order: 1.8,
      needs: ['vehicle:read'],
    },
  ],
  dictionaries: [
    {
      id: 'vehicle-kind',
      name: { zh: '车辆类型', en: 'Kinds of vehicles' },
      hint: {
        zh: '登记车辆时从这里选择。',
        en: 'Offered where a vehicle is entered.',
      },
    },
  ],
};
