import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['行业字典', 'Dictionaries'],
  hint: [
    '行业预设带来的常用词，可以改名、停用或补充。停用的词不再供新记录选择，已有记录保持不变。',
    'The words that the preset of the industry brought: rename them, switch them off or add your own. A word that is off is not offered to new records; records that have it keep it.',
  ],
  tabs: {
    'area-kind': ['区域类型', 'Kinds of areas'],
    'equipment-kind': ['设备类型', 'Kinds of machines'],
    'ppe-item': ['防护用品', 'Protective equipment'],
    'special-work': ['特殊作业', 'Special work'],
  },
  readBy: {
    'area-kind': ['新建和修改区域时从这里选择类型。', 'Offered where an area is added or changed.'],
    'equipment-kind': [
      '新建和修改设备时从这里选择类型；标为特种设备的会在设备上注明。',
      'Offered where a machine is added or changed; special equipment is marked on the machine.',
    ],
    'ppe-item': [
      '供领用、培训等外部系统读取：GET /api/v1/dictionaries/ppe-item。',
      'Read by other systems, such as for issue and training: GET /api/v1/dictionaries/ppe-item.',
    ],
    'special-work': [
      '供作业票等外部系统读取：GET /api/v1/dictionaries/special-work。',
      'Read by other systems, such as for work permits: GET /api/v1/dictionaries/special-work.',
    ],
  },
  add: ['补充一个词', 'Add a word'],
  edit: ['修改', 'Change'],
  name: ['名称', 'Name'],
  origin: ['来源', 'From'],
  own: ['本企业', 'Your company'],
  preset: ['行业预设', 'Preset'],
  state: ['状态', 'State'],
  active: ['可选', 'Offered'],
  inactive: ['已停用', 'Off'],
  isActive: ['供新记录选择', 'Offered to new records'],
  special: ['特种设备', 'Special equipment'],
  isSpecial: [
    '属于特种设备（须登记、定期检验、持证操作）',
    'Special equipment (registered, inspected at intervals, operated with a licence)',
  ],
  empty: ['这本字典还没有词', 'This dictionary has no words yet'],
  emptyHint: ['应用一个行业预设，或自己补充。', 'Apply a preset, or add your own.'],
  saved: ['已保存', 'Saved'],
});
