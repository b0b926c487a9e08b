import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'training',
  feature: 'qualifications',
  dictionaries: [
    {
      id: 'training-course',
      name: { zh: '培训课程', en: 'Courses' },
      hint: {
        zh: '登记培训和岗位要求时从这里选择。',
        en: 'Offered where training is entered, and where a post asks for a course.',
      },
    },
  ],
};
