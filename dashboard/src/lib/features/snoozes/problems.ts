import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'snooze.unknown': ['没有这条暂停记录。', 'There is no such snooze.'],
  'snooze.place-unknown': [
    '摄像机没有这个区域或规则，请重新选择。',
    'The camera has no such zone or rule; take another.',
  ],
  'snooze.times': [
    '时间不正确：结束须晚于开始与现在，最长 7 天。',
    'The times cannot be: the end is after the beginning and after now, seven days at most.',
  ],
  'snooze.too-many': [
    '未结束的暂停已达 200 条，请先结束一些。',
    'There are 200 snoozes already; end some first.',
  ],
  'snooze.over': ['该暂停已经结束。', 'The snooze has ended already.'],
  'snooze.own': [
    '不能批准本人提出的暂停，须由他人批准。',
    'You asked for it yourself; another person has to approve it.',
  ],
  'snooze.not-waiting': ['该暂停不需要批准或已经批准。', 'It waits for no approval any more.'],
});
