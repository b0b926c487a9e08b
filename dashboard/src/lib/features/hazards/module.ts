import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'hazards',
  feature: 'hazards',
  navigation: [
    {
      id: 'hazards',
      href: '/hazards',
      icon: ClipboardList,
      name: { zh: '隐患', en: 'Hazards' },
      group: 'work',
      order: 10,
      needs: ['hazard:read'],
      phone: { rank: 20 },
    },
  ],
};
