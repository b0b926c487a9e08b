import RadioReceiver from '@lucide/svelte/icons/radio-receiver';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'positions',
  feature: 'positioning',
  sections: [
    {
      id: 'readers',
      office: 'admin',
      group: 'access',
      order: 9,
      icon: RadioReceiver,
      name: { zh: '读写器与定位', en: 'Readers' },
      hint: {
        zh: '位置数据的来源及其状态，天线在平面图的位置，GPS 参考点',
        en: 'What positions come from, how it is, where antennas are on the plan, and reference points for GPS',
      },
      needs: 'device:manage',
    },
  ],
};
