import MailWarning from '@lucide/svelte/icons/mail-warning';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'events',
  sections: [
    {
      id: 'events',
      office: 'admin',
      group: 'system',
      order: 5.7,
      icon: MailWarning,
      name: { zh: '处理失败的事件', en: 'Failed events' },
      hint: {
        zh: '重新处理或忽略多次失败的事件',
        en: 'Replay or dismiss events that failed too often',
      },
      needs: 'event:read',
    },
  ],
};
