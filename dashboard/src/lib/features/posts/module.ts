import BriefcaseBusiness from '@lucide/svelte/icons/briefcase-business';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'posts',
  sections: [
    {
      id: 'posts',
      office: 'admin',
      group: 'plant',
      order: 1.5,
      icon: BriefcaseBusiness,
      name: { zh: '岗位', en: 'Posts' },
      hint: {
        zh: '岗位的区域、设备、技能、特种作业、危害接触与最少人数',
        en: 'Areas, machines, skills, special work, exposure and least crew of each post',
      },
      needs: 'post:read',
      leadsFor: ['post:manage'],
    },
  ],
  dictionaries: [
    {
      id: 'post-kind',
      name: { zh: '岗位类型', en: 'Kinds of posts' },
      hint: { zh: '登记岗位时从这里选择。', en: 'Offered where a post is entered.' },
    },
    {
      id: 'skill',
      name: { zh: '岗位技能', en: 'Skills' },
      hint: {
        zh: '岗位要求的技能，以及人员掌握的技能。',
        en: 'Skills that posts need and people have.',
      },
    },
    {
      id: 'special-work-category',
      name: { zh: '特种作业类别', en: 'Special-work certificates' },
      hint: {
        zh: '特种作业操作证的类别，岗位据此提出要求。',
        en: 'Categories of special-work certificates, which posts ask for.',
      },
    },
    {
      id: 'special-equipment-category',
      name: { zh: '特种设备作业类别', en: 'Special-equipment operators' },
      hint: {
        zh: '特种设备作业人员证的类别，岗位据此提出要求。',
        en: 'Categories of operators of special equipment, which posts ask for.',
      },
    },
  ],
};
