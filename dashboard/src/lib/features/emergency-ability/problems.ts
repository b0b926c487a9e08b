import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'emergency.unknown': ['没有这项评估。', 'There is no such assessment.'],
  'emergency.version-conflict': [
    '该评估已被他人更改，请重新打开。',
    'Another person changed this assessment: open it again.',
  ],
  'emergency.own': [
    '不得评估本人，也不得登记或撤销本人的评估。',
    'Nobody assesses themselves, or enters and revokes their own assessment.',
  ],
  'emergency.fields': ['有一项填写不正确。', 'One of the fields cannot be so.'],
});
