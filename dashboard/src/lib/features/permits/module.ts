import FileCheck from '@lucide/svelte/icons/file-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'permits',
  feature: 'permits',
  navigation: [
    {
      id: 'permits',
      href: '/permits',
      icon: FileCheck,
      name: { zh: '作业票', en: 'Work permits' },
      group: 'work',
      order: 14,
      needs: ['permit:read'],
    },
  ],
};
