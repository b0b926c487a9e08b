import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'audit.finding-handled': [
    '这条异常已由他人处理，请刷新。',
    'The finding is handled already: reload it.',
  ],
});
