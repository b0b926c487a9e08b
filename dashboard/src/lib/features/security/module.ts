import ShieldCheck from '@lucide/svelte/icons/shield-check';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'security',
  sections: [
    {
      id: 'security',
      office: 'admin',
      group: 'system',
      order: 1.5,
      icon: ShieldCheck,
      name: { zh: '安全自检', en: 'Security report' },
      hint: {
        zh: '本系统如何受到保护，哪些需要处理',
        en: 'How this installation is protected, and what needs attention',
      },
      needs: 'system:security',
    },
  ],
};
