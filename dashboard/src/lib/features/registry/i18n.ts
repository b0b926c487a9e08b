import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords(
  {
    sealedSearch: {
      open: '按手机号或证件号查找',
      title: '按手机号或证件号查找',
      hint: '须输入完整的号码。号码加密保存，查找会记入审计日志。',
      field: '查找依据',
      value: '完整号码',
      ask: '查找',
      nobody: '没有找到',
    },
  },
  {
    sealedSearch: {
      open: 'Find by phone or ID number',
      title: 'Find by phone or ID number',
      hint: 'The whole number is needed. Numbers are kept encrypted, and the search leaves a line in the audit log.',
      field: 'Find by',
      value: 'Whole number',
      ask: 'Find',
      nobody: 'Nobody was found',
    },
  },
);
