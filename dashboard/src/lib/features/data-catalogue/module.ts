import Database from '@lucide/svelte/icons/database';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'data-catalogue',
  sections: [
    {
      id: 'catalogue',
      office: 'privacy',
      order: 9,
      icon: Database,
      name: { zh: '数据目录', en: 'Data catalogue' },
      hint: {
        zh: '各模块共用的数据：有多少条、来自哪个系统，以及一条记录的来历。',
        en: 'The records that all modules share: how many, from which system, and where one came from.',
      },
      needs: 'registry:read',
      // Readable by everyone, so it does not cause a link to the office.
      leadsFor: ['audit:read'],
    },
  ],
};
