import NotebookPen from '@lucide/svelte/icons/notebook-pen';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'shift-log',
  feature: 'monitoring',
  navigation: [
    {
      id: 'shift-log',
      href: '/shift-log',
      icon: NotebookPen,
      name: { zh: '值班与交接班', en: 'Shift log' },
      short: { zh: '交接班', en: 'Shift log' },
      group: 'watch',
      order: 5,
      needs: ['shift-log:read'],
    },
  ],
};
