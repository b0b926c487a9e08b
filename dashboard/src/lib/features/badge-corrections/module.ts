import IdCard from '@lucide/svelte/icons/id-card';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'badge-corrections',
  sections: [
    {
      id: 'badge-corrections',
      office: 'admin',
      group: 'plant',
      order: 4.5,
      icon: IdCard,
      name: { zh: '工牌更正', en: 'Badge corrections' },
      hint: {
        zh: '工牌登记给错了人时，一次更正，违章、候选与档案一并移动，可撤销',
        en: 'A badge that was entered for the wrong person: mended once, with all records that depend on it',
      },
      needs: 'badge:correct',
      leadsFor: [],
    },
  ],
};
