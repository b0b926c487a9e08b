import ScrollText from '@lucide/svelte/icons/scroll-text';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'audit',
  sections: [
    {
      id: 'audit',
      office: 'admin',
      group: 'trace',
      order: 1,
      icon: ScrollText,
      name: { zh: '审计日志', en: 'Audit log' },
      hint: {
        zh: '谁在何时对什么做了什么；异常与防篡改校验',
        en: 'Who did what and when; unusual use; proof against tampering',
      },
      needs: 'audit:read',
    },
  ],
};
