import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['培训', 'Training'],
  none: ['没有培训记录', 'No training'],
  add: ['登记培训', 'Enter a course'],
  correct: ['更正', 'Correct'],
  fields: {
    course: ['课程', 'Course'],
    result: ['结果', 'Result'],
    heldOn: ['培训或考核日期', 'Day of the course or exam'],
    until: ['有效期至（留空为长期）', 'Counts until (empty: without an end)'],
    source: ['培训单位或依据', 'Where it was taken, or which record shows it'],
  },
  results: { passed: ['合格', 'Passed'], failed: ['不合格', 'Failed'] },
  states: {
    passed: ['合格', 'Passed'],
    over: ['已过有效期', 'Ended'],
    replaced: ['此后考核不合格', 'Failed since'],
    failed: ['不合格', 'Failed'],
    due: ['须再培训', 'Retraining due'],
    overdue: ['再培训逾期', 'Retraining overdue'],
    done: ['再培训已合格', 'Retraining passed'],
    withdrawn: ['已撤回', 'Withdrawn'],
  },
  lasts: [(day: string) => `至 ${day}`, (day: string) => `until ${day}`],
  withdraw: ['撤回', 'Withdraw'],
  withdrawTitle: ['撤回这条培训记录？', 'Withdraw this record?'],
  withdrawText: ['岗位与设备随即重新判定。', 'Posts and machines are decided again at once.'],
  reason: ['理由', 'Reason'],
  retrain: ['要求再培训', 'Have retrained'],
  retrainText: [
    '此人须在期限内通过课程；期限前后提醒本人与管理资质的人员。',
    'The person has to pass the course by the day; the person and those who keep qualifications are reminded.',
  ],
  by: ['期限', 'To be passed by'],
});
