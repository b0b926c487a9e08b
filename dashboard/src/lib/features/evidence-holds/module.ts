import Archive from '@lucide/svelte/icons/archive';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'evidence-holds',
  feature: 'monitoring',
  navigation: [
    {
      id: 'evidence-holds',
      href: '/evidence-holds',
      icon: Archive,
      name: { zh: '证据封存', en: 'Evidence holds' },
      group: 'watch',
      order: 2.5,
      needs: ['evidence:hold'],
    },
  ],
};
