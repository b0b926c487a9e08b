import Users from '@lucide/svelte/icons/users';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'accounts',
  sections: [
    {
      id: 'accounts',
      office: 'admin',
      group: 'access',
      order: 1,
      icon: Users,
      name: { zh: '账号', en: 'Accounts' },
      hint: { zh: '新建、锁定、重置密码、分配角色', en: 'Make, lock, reset passwords, give roles' },
      needs: 'user:read',
    },
  ],
};
