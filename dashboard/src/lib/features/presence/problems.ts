import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'presence.range': [
    '时间范围无效：起点须早于终点，最长一天，且不在将来。',
    'The time cannot be played: from before to, a day at most, not in the future.',
  ],
  'presence.not-tracked': [
    '此人的工牌未被跟踪，没有路线。',
    'The badge of this person is not tracked; there is no way.',
  ],
});
