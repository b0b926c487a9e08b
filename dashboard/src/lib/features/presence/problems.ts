import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'badge-condition.unknown': ['没有这条工牌异常。', 'There is no such condition of a badge.'],
  'badge-condition.acknowledged': ['已有其他人在处理。', 'Another account looks after it.'],
  'badge-condition.ends-itself': [
    '这种异常自动结束，无需结案。',
    'This condition ends by itself; only a hand-over is closed by a person.',
  ],
  'badge-condition.ended': ['该异常已结束，请刷新。', 'The condition is over; reload the list.'],
  'badge-condition.own': [
    '涉及你自己的工牌，须由其他人核对。',
    'Your own badge was handed over; another account has to look.',
  ],
  'presence.range': [
    '时间范围无效：起点须早于终点，最长一天，且不在将来。',
    'The time cannot be played: from before to, a day at most, not in the future.',
  ],
  'presence.not-tracked': [
    '此人的工牌未被跟踪，没有路线。',
    'The badge of this person is not tracked; there is no way.',
  ],
});
