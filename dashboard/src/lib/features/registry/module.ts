import Building2 from '@lucide/svelte/icons/building-2';
import IdCard from '@lucide/svelte/icons/id-card';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'registry',
  sections: [
    {
      id: 'people',
      office: 'admin',
      group: 'plant',
      order: 1,
      icon: IdCard,
      name: { zh: '人员档案', en: 'People' },
      hint: {
        zh: '入职、调动、离职；敏感信息默认遮盖',
        en: 'Hiring, transfers, leaving; sensitive fields are covered',
      },
      needs: 'person:read',
      leadsFor: ['person:manage'],
    },
    {
      id: 'places',
      office: 'admin',
      group: 'plant',
      order: 2,
      icon: Building2,
      name: { zh: '部门与场所', en: 'Places' },
      hint: {
        zh: '部门、区域、设备及其负责部门',
        en: 'Departments, areas, machines, and who is responsible',
      },
      needs: 'registry:read',
      leadsFor: ['registry:manage'],
    },
  ],
};
