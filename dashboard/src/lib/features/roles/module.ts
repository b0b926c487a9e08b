import KeyRound from '@lucide/svelte/icons/key-round';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'roles',
  sections: [
    {
      id: 'roles',
      office: 'admin',
      group: 'access',
      order: 2,
      icon: KeyRound,
      name: { zh: '角色与权限', en: 'Roles' },
      hint: {
        zh: '每个角色能做什么、范围多大',
        en: 'What each role may do, and how far it reaches',
      },
      needs: 'user:read',
    },
  ],
};
