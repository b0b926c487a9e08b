import FileWarning from '@lucide/svelte/icons/file-warning';
import Scale from '@lucide/svelte/icons/scale';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'safety-file',
  feature: 'monitoring',
  navigation: [
    {
      id: 'objections',
      href: '/objections',
      icon: Scale,
      name: { zh: '违章异议', en: 'Objections' },
      group: 'work',
      order: 15.5,
      needs: ['objection:decide'],
    },
    {
      id: 'my-violations',
      href: '/me/violations',
      icon: FileWarning,
      name: { zh: '我的违章记录', en: 'My violations' },
      group: 'me',
      order: 2.2,
    },
  ],
};
