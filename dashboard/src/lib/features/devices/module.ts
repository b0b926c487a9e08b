import KeyRound from '@lucide/svelte/icons/key-round';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'devices',
  sections: [
    {
      id: 'devices',
      office: 'admin',
      group: 'access',
      order: 8,
      icon: KeyRound,
      name: { zh: '设备凭据', en: 'Devices' },
      hint: {
        zh: '读写器、定位终端、机器、分析进程与网关各自的密钥',
        en: 'The secret of each reader, tracker, machine, worker and gateway',
      },
      needs: 'device:manage',
    },
  ],
};
