import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'emergency-ability',
  feature: 'qualifications',
  dictionaries: [
    {
      id: 'emergency-kind',
      name: { zh: '应急类型', en: 'Kinds of emergencies' },
      hint: {
        zh: '登记应急能力评估和岗位要求时从这里选择。',
        en: 'Offered where an assessment is entered, and where a post asks for one.',
      },
    },
  ],
};
