import Siren from '@lucide/svelte/icons/siren';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'site-devices',
  feature: 'site-devices',
  navigation: [
    {
      id: 'site-devices',
      href: '/site-devices',
      icon: Siren,
      name: { zh: '现场设备', en: 'Devices on site' },
      short: { zh: '现场设备', en: 'Devices' },
      group: 'plant',
      order: 1.4,
      needs: ['command:read'],
    },
    {
      id: 'commands',
      href: '/commands',
      icon: SquareTerminal,
      name: { zh: '现场指令', en: 'Commands' },
      group: 'plant',
      order: 1.5,
      needs: ['command:read'],
    },
  ],
};
