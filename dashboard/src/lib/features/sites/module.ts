import MapIcon from '@lucide/svelte/icons/map';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'sites',
  sections: [
    {
      id: 'plant-sites',
      office: 'admin',
      group: 'plant',
      order: 1.5,
      icon: MapIcon,
      name: { zh: '厂区与平面图', en: 'Sites and floor plans' },
      hint: {
        zh: '厂区、平面图的图片和实际尺寸',
        en: 'Sites, the pictures of their floor plans, and how large they are',
      },
      needs: 'camera:manage',
    },
  ],
};
