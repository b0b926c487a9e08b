import Award from '@lucide/svelte/icons/award';
import BadgeCheck from '@lucide/svelte/icons/badge-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'qualifications',
  feature: 'qualifications',
  navigation: [
    {
      id: 'qualifications',
      href: '/qualifications',
      icon: Award,
      name: { zh: '人员资质', en: 'Qualifications' },
      group: 'work',
      order: 15,
      needs: ['qualification:read'],
    },
    {
      id: 'my-qualifications',
      href: '/me/qualifications',
      icon: BadgeCheck,
      name: { zh: '我的证书', en: 'My certificates' },
      group: 'me',
      order: 2,
    },
  ],
  dictionaries: [
    {
      id: 'fitness-check',
      name: { zh: '健康检查类型', en: 'Kinds of medical checks' },
      hint: {
        zh: '登记健康检查结论时从这里选择。',
        en: 'Offered where the result of a medical check is entered.',
      },
    },
  ],
};
