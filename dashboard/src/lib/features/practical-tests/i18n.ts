import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['实操考试', 'Practical tests'],
  hint: [
    '离开特种作业岗位 6 个月以上的，重新通过实际操作考试后方可上岗。',
    'After six months or more off the trade a practical test is passed again before the work.',
  ],
  none: ['没有实操考试记录', 'No practical tests'],
  add: ['登记实操考试', 'Enter a practical test'],
  save: ['登记', 'Enter'],
  fields: {
    category: ['作业类别', 'Trade'],
    passedOn: ['通过日期', 'Passed on'],
    source: ['考试点或依据', 'Where it was taken, or which record shows it'],
  },
  revoked: ['已撤销', 'Revoked'],
  revoke: ['撤销', 'Revoke'],
  revokeTitle: ['撤销这次实操考试？', 'Revoke this practical test?'],
  revokeText: [
    '此前的考试重新有效；岗位与设备随即重新判定。',
    'The one before it counts again. Posts and machines are decided again at once.',
  ],
  reason: ['理由', 'Reason'],
});
