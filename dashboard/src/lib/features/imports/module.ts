import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'imports',
  navigation: [
    {
      id: 'imports',
      href: '/imports',
      icon: FileSpreadsheet,
      name: { zh: '数据导入', en: 'Imports' },
      group: 'admin',
      order: 8,
      // Those of the kinds that can be imported.
      needs: ['person:manage', 'attendance:manage', 'post:manage', 'qualification:manage'],
    },
  ],
};
