import BookMarked from '@lucide/svelte/icons/book-marked';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'rules',
  sections: [
    {
      id: 'rules',
      office: 'admin',
      group: 'safety',
      order: 4,
      icon: BookMarked,
      name: { zh: '法规规则', en: 'Rules of law' },
      hint: {
        zh: '期限与次数的现行值、出处、核实程度，以及本企业设定的值',
        en: 'Terms and numbers in force, their source and certainty, and what the company set instead',
      },
      needs: 'rule:read',
      leadsFor: ['rule:manage'],
    },
  ],
};
