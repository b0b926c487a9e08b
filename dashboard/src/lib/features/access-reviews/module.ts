import UserRoundCheck from '@lucide/svelte/icons/user-round-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'access-reviews',
  sections: [
    {
      id: 'reviews',
      office: 'admin',
      group: 'access',
      order: 3,
      icon: UserRoundCheck,
      name: { zh: '权限复核', en: 'Access reviews' },
      hint: {
        zh: '定期确认谁还需要哪些权限',
        en: 'Confirm regularly who still needs which rights',
      },
      needs: 'access-review:manage',
    },
  ],
};
