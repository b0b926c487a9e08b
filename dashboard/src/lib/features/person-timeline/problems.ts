import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'person-file.fields': ['有一项填写不正确。', 'One of the fields cannot be so.'],
  'person-file.too-often': [
    '短时间内打印过多，请稍后再试。',
    'Too many files were printed in a short time: try again later.',
  ],
});
