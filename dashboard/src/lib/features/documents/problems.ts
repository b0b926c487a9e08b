import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'document.unknown': ['没有使用该验证码的文件。', 'No document has this code.'],
  'document.too-many': [
    '查询过于频繁，请稍后再试。',
    'Too many codes were asked for; try again in a minute.',
  ],
});
