import Factory from '@lucide/svelte/icons/factory';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'suppliers',
  feature: 'suppliers',
  navigation: [
    {
      id: 'suppliers',
      href: '/suppliers',
      icon: Factory,
      name: { zh: '供应商', en: 'Suppliers' },
      group: 'supply',
      order: 1,
      needs: ['supplier:read'],
    },
  ],
  dictionaries: [
    {
      id: 'supplier-kind',
      name: { zh: '供应商类型', en: 'Kinds of suppliers' },
      hint: {
        zh: '规定每类供应商须具备的资质；未规定的类型一律不能通过准入核验。',
        en: 'Says which qualifications each kind needs; a kind that does not say it is never cleared.',
      },
      form: () => import('./KindData.svelte'),
      mark: ({ requires }) =>
        Array.isArray(requires) ? null : { zh: '未规定资质', en: 'Qualifications not said' },
    },
    {
      id: 'supplier-qualification',
      name: { zh: '供应商资质', en: 'Qualifications' },
      hint: {
        zh: '登记供应商资质时从这里选择。',
        en: 'Offered where a qualification of a supplier is entered.',
      },
      form: () => import('./QualificationData.svelte'),
    },
  ],
};
