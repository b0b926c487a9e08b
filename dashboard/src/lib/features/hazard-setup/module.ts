import ListTree from '@lucide/svelte/icons/list-tree';
import MapPin from '@lucide/svelte/icons/map-pin';
import Route from '@lucide/svelte/icons/route';
import Scale from '@lucide/svelte/icons/scale';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'hazard-setup',
  feature: 'hazards',
  sections: [
    {
      id: 'hazard-types',
      office: 'admin',
      group: 'safety',
      order: 1,
      icon: ListTree,
      name: { zh: '隐患类型', en: 'Hazard types' },
      hint: {
        zh: '上报时可选的类型，以及违章转成哪类隐患',
        en: 'What a report can be of, and which violations become hazards of it',
      },
      needs: 'hazard:manage',
    },
    {
      id: 'hazard-routing',
      office: 'admin',
      group: 'safety',
      order: 2,
      icon: Route,
      name: { zh: '隐患分派', en: 'Hazard routing' },
      hint: {
        zh: '按类型、等级和区域自动分派到部门，可先试算',
        en: 'Which department a hazard goes to by type, level and area; try it first',
      },
      needs: 'hazard:review',
      leadsFor: ['hazard:manage'],
    },
    {
      id: 'hazard-laws',
      office: 'admin',
      group: 'safety',
      order: 3,
      icon: Scale,
      name: { zh: '法规依据', en: 'Legal basis' },
      hint: {
        zh: '隐患流程遵循的条文、出处与核实程度',
        en: 'The rules that the flow follows, with source and certainty',
      },
      needs: 'hazard:report',
      leadsFor: ['hazard:manage'],
    },
    {
      id: 'sites',
      office: 'admin',
      group: 'plant',
      order: 3,
      icon: MapPin,
      name: { zh: '厂区位置', en: 'Sites' },
      hint: {
        zh: '厂区的经纬度与半径，用于核对照片的拍摄地点',
        en: 'Where the sites are on earth: photos that were taken elsewhere show',
      },
      needs: 'hazard:manage',
    },
  ],
};
