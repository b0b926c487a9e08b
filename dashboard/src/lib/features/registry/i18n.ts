import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  dusty: [
    '粉尘场所（摄像机与传感器须 IP67 及以上）',
    'Dusty place: cameras and sensors need IP67 or better',
  ],
  sealedSearch: {
    open: ['按手机号或证件号查找', 'Find by phone or ID number'],
    title: ['按手机号或证件号查找', 'Find by phone or ID number'],
    hint: [
      '须输入完整的号码。号码加密保存，查找会记入审计日志。',
      'The whole number is needed. Numbers are kept encrypted, and the search leaves a line in the audit log.',
    ],
    field: ['查找依据', 'Find by'],
    value: ['完整号码', 'Whole number'],
    ask: ['查找', 'Find'],
    nobody: ['没有找到', 'No person found'],
  },
});
