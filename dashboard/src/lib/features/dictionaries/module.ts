import BookA from '@lucide/svelte/icons/book-a';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'dictionaries',
  sections: [
    {
      id: 'dictionaries',
      office: 'admin',
      group: 'system',
      order: 8,
      icon: BookA,
      name: { zh: '行业字典', en: 'Dictionaries' },
      hint: { zh: '区域、设备等可选择的词', en: 'The words that people choose from' },
      needs: 'module:manage',
    },
  ],
};
