import BookA from '@lucide/svelte/icons/book-a';
import type { DashboardModule } from '$lib/app/module.ts';
import { isSpecial } from './dictionaries-api.ts';

export const module: DashboardModule = {
  id: 'dictionaries',
  sections: [
    {
      id: 'dictionaries',
      office: 'admin',
      group: 'system',
      order: 8,
      icon: BookA,
      name: { zh: '行业字典', en: 'Dictionaries' },
      hint: { zh: '区域、设备等可选择的词', en: 'The words that people choose from' },
      needs: 'module:manage',
    },
  ],
  dictionaries: [
    {
      id: 'area-kind',
      name: { zh: '区域类型', en: 'Kinds of areas' },
      hint: {
        zh: '新建和修改区域时从这里选择类型。',
        en: 'Offered where an area is added or changed.',
      },
    },
    {
      id: 'equipment-kind',
      name: { zh: '设备类型', en: 'Kinds of machines' },
      hint: {
        zh: '新建和修改设备时从这里选择类型；标为特种设备的会在设备上注明。',
        en: 'Offered where a machine is added or changed; special equipment is marked on the machine.',
      },
      form: () => import('./EquipmentKindData.svelte'),
      mark: (data) => (isSpecial({ data }) ? { zh: '特种设备', en: 'Special equipment' } : null),
    },
    {
      id: 'ppe-item',
      name: { zh: '防护用品', en: 'Protective equipment' },
      hint: {
        zh: '违章中缺少的用品按这里的词命名；供领用、培训等外部系统读取：GET /api/v1/dictionaries/ppe-item。',
        en: 'What violations call a missing item. Read by other systems, too, such as for issue and training: GET /api/v1/dictionaries/ppe-item.',
      },
    },
    {
      id: 'special-work',
      name: { zh: '特殊作业', en: 'Special work' },
      hint: {
        zh: '申请作业票时从这里选择，摄像机区域也可按类别布防；供外部系统读取：GET /api/v1/dictionaries/special-work。',
        en: 'Offered where a work permit is applied for, and where permits arm a zone. Read by other systems, too: GET /api/v1/dictionaries/special-work.',
      },
    },
  ],
};
