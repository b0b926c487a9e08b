import BrainCircuit from '@lucide/svelte/icons/brain-circuit';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'models',
  feature: 'monitoring',
  sections: [
    {
      id: 'models',
      office: 'admin',
      group: 'system',
      order: 2,
      icon: BrainCircuit,
      name: { zh: '模型', en: 'Models' },
      hint: {
        zh: '识别模型的版本、准确率、半年复审与训练图片',
        en: 'Versions, precision, half-yearly review and training pictures',
      },
      needs: 'model:read',
      leadsFor: ['model:manage'],
    },
  ],
};
