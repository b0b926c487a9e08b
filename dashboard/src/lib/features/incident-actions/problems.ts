import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'incident-action.not-here': [
    '该设备已停用或不在此厂区，请另选设备。',
    'The device is out of use, or not of this site. Choose another one.',
  ],
});
