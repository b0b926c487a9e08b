import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'training.unknown': ['没有这条培训记录。', 'There is no such record of training.'],
  'training.version-conflict': [
    '其他人已更改，请重新打开。',
    'Another person changed this: open it again.',
  ],
  'training.own': [
    '本人的培训须由其他人登记、更正或撤回。',
    'Another person enters, corrects or withdraws your own training.',
  ],
  'training.closed': [
    '已撤回的记录和再培训要求不能更正；可撤回后重新登记。',
    'What was withdrawn or is due is not corrected: withdraw it and enter it again.',
  ],
  'training.entry': ['该违章已不计入。', 'The violation does not count any more.'],
  'training.fields': ['有内容需要修改。', 'Something has to be changed.'],
});
