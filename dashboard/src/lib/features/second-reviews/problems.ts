import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'second-review.unknown': ['没有这次第二次复核。', 'There is no such second review.'],
  'second-review.taken': [
    '另一位复核人正在查看，请看下一件。',
    'Another reviewer looks at it. Take the next one.',
  ],
  'second-review.over': [
    '已由他人完成，或事件已重新打开。',
    'It was answered meanwhile, or the incident was reopened.',
  ],
  'second-review.settled': [
    '这项分歧已了结，请刷新列表。',
    'The disagreement is settled already. Reload the list.',
  ],
  'second-review.own': [
    '第二次结论是您作的，请由他人了结。',
    'You gave the second verdict: another reviewer has to settle it.',
  ],
  'second-review.setting-conflict': [
    '比例已被他人修改，请核对后再保存。',
    'The share was changed meanwhile. Check it and save again.',
  ],
});
