import UserRoundCog from '@lucide/svelte/icons/user-round-cog';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'personnel',
  sections: [
    {
      id: 'personnel',
      office: 'admin',
      group: 'plant',
      order: 4,
      icon: UserRoundCog,
      name: { zh: '人事同步', en: 'Changes of staff' },
      hint: {
        zh: '人事系统报告的入职、调动与离职，以及未能处理的',
        en: 'Who joins, moves and leaves, as personnel systems state it, and what was refused',
      },
      needs: 'personnel:read',
      leadsFor: ['personnel:manage'],
    },
  ],
};
