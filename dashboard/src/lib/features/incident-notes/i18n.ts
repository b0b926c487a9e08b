import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['备注', 'Notes'],
  hint: [
    '打开此事件的人都会立即看到；可更正本人的备注，原文留在审计日志。',
    'All who have the incident open see them at once. You can correct your own; what stood there stays in the audit log.',
  ],
  none: ['还没有备注', 'No note yet'],
  write: ['写备注', 'Write a note'],
  placeholder: ['看到、做了或约定了什么', 'What was seen, done or agreed'],
  add: ['添加', 'Add'],
  correct: ['更正', 'Correct'],
  correctTitle: ['更正备注', 'Correct the note'],
  corrected: [(at: string) => `更正于 ${at}`, (at: string) => `corrected ${at}`],
  gone: ['（账号已删除）', '(account is gone)'],
  full: [
    (n: number) => `已达 ${n} 条上限`,
    (n: number) => `It has ${n} notes, the most it can have`,
  ],
  text: ['内容', 'Text'],
});
