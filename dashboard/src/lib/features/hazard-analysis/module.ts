import ChartColumn from '@lucide/svelte/icons/chart-column';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'hazard-analysis',
  feature: 'hazards',
  navigation: [
    {
      id: 'analysis',
      href: '/hazards/analysis',
      icon: ChartColumn,
      name: { zh: '分析', en: 'Analysis' },
      group: 'work',
      order: 12,
      needs: ['statistics:read'],
    },
  ],
};
