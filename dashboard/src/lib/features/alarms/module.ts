import BellRing from '@lucide/svelte/icons/bell-ring';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'alarms',
  feature: 'site-devices',
  navigation: [
    {
      id: 'alarms',
      href: '/alarms',
      icon: BellRing,
      name: { zh: '现场报警', en: 'Alarms on site' },
      short: { zh: '报警', en: 'Alarms' },
      group: 'plant',
      order: 1.45,
      needs: ['command:read'],
    },
  ],
  sections: [
    {
      id: 'alarms',
      office: 'admin',
      group: 'safety',
      order: 9.5,
      icon: BellRing,
      name: { zh: '报警方案', en: 'Alarm plan' },
      hint: {
        zh: '哪些违章在哪里触发声光报警',
        en: 'Which violations switch on light and sound, and where',
      },
      needs: 'alarm:plan',
    },
  ],
};
