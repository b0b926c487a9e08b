import Cctv from '@lucide/svelte/icons/cctv';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'device-files',
  feature: 'device-files',
  navigation: [
    {
      id: 'device-files',
      href: '/device-files',
      icon: Cctv,
      name: { zh: '设备档案', en: 'Device files' },
      group: 'plant',
      order: 1.6,
      needs: ['device-file:read'],
    },
  ],
  dictionaries: [
    {
      id: 'acquisition-kind',
      name: { zh: '采集与传输设备类别', en: 'Kinds of acquisition devices' },
      hint: {
        zh: '建立设备档案时从这里选择。',
        en: 'Offered where the file of a device is opened.',
      },
    },
  ],
};
