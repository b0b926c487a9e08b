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
      name: { zh: '读卡器位置', en: 'Readers on the plan' },
      hint: {
        zh: '读卡器、天线与定位系统在哪张平面图、什么位置',
        en: 'On which plan readers, antennas and locating systems are, and where',
      },
      needs: 'device:manage',
    },
  ],
};
