import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'area-right.no-person': [
    '您的账号没有关联人员，请联系管理员。',
    'Your account belongs to no person; ask the administrator to link it.',
  ],
});
