import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['行业字典', 'Dictionaries'],
  hint: [
    '行业预设带来的常用词，可以改名、停用或补充。停用的词不再供新记录选择，已有记录保持不变。',
    'The words that the preset of the industry brought: rename them, switch them off or add your own. A word that is off is not offered to new records; records that have it keep it.',
  ],
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
  isSpecial: [
    '属于特种设备（须登记、定期检验、持证操作）',
    'Special equipment (registered, inspected at intervals, operated with a licence)',
  ],
  empty: ['这本字典还没有词', 'This dictionary has no words yet'],
  emptyHint: ['应用一个行业预设，或自己补充。', 'Apply a preset, or add your own.'],
  saved: ['已保存', 'Saved'],
});
