import UsersRound from '@lucide/svelte/icons/users-round';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'people-statistics',
  sections: [
    {
      id: 'people-statistics',
      office: 'admin',
      group: 'plant',
      order: 4,
      icon: UsersRound,
      name: { zh: '人员统计', en: 'People statistics' },
      hint: {
        zh: '按部门、岗位、状态和入职年份；人数太少的组不显示',
        en: 'By department, post, state and year; groups that are too small are not shown',
      },
      needs: 'statistics:read',
      leadsFor: ['person:manage', 'privacy:manage'],
    },
  ],
};
