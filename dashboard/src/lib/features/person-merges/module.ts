import Users from '@lucide/svelte/icons/users';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'person-merges',
  sections: [
    {
      id: 'person-merges',
      office: 'admin',
      group: 'plant',
      order: 4.6,
      icon: Users,
      name: { zh: '重复档案合并', en: 'Files entered twice' },
      hint: {
        zh: '同一人有两份档案时，对照后合并，全部记录一并移动，可撤销',
        en: 'Two files of one person: compared, joined with all their records, and parted again where it was wrong',
      },
      needs: 'person:merge',
      leadsFor: [],
    },
  ],
};
