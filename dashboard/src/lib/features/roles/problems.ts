import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'role.version-conflict': [
    '别人刚刚修改了这个角色，请重新打开再改。',
    'Someone else has just changed the role: open it again.',
  ],
});
