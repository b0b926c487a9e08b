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
  dictionaries: [
    {
      id: 'special-work',
      name: { zh: '特殊作业类别', en: 'Kinds of special work' },
      hint: {
        zh: '申请作业票时从这里选择，摄像机区域也可按类别布防。',
        en: 'Offered in the application for a work permit, and where a permit arms a zone.',
      },
    },
  ],
};
