import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'calendar.conflict': [
    '别人刚刚修改了工作日历，请在当前内容上重新修改。',
    'Someone else has just changed the working calendar: make your change again on it.',
  ],
});
