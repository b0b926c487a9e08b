import Blocks from '@lucide/svelte/icons/blocks';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'modules',
  sections: [
    {
      id: 'modules',
      office: 'admin',
      group: 'system',
      order: 1,
      icon: Blocks,
      name: { zh: '模块', en: 'Modules' },
      hint: {
        zh: '启用或停用模块，行业预设与需求问卷',
        en: 'Switch modules, presets by industry, the survey',
      },
      needs: 'module:manage',
    },
  ],
};
