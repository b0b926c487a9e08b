import Workflow from '@lucide/svelte/icons/workflow';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'workflows',
  sections: [
    {
      id: 'workflows',
      office: 'admin',
      group: 'system',
      order: 3,
      icon: Workflow,
      name: { zh: '流程', en: 'Workflows' },
      hint: {
        zh: '状态、时限、提醒与必填项',
        en: 'States, deadlines, reminders and required fields',
      },
      needs: 'workflow:read',
      leadsFor: ['workflow:manage'],
    },
  ],
};
