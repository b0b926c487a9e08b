import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'practical-test.unknown': ['没有这次实操考试。', 'There is no such practical test.'],
  'practical-test.version-conflict': [
    '其他人已更改，请重新打开。',
    'Another person changed this: open it again.',
  ],
  'practical-test.own': [
    '本人的实操考试须由其他人登记或撤销。',
    'Another person enters or revokes your own practical tests.',
  ],
  'practical-test.future': ['通过日期不得晚于今天。', 'The day lies in the future.'],
});
