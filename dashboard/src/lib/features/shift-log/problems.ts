import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'shift-log.site-unknown': ['没有这个厂区，请重新选择。', 'There is no such site; take another.'],
  'shift-log.unknown': ['没有这次交接班。', 'There is no such handover.'],
  'shift-log.partial': [
    '只有能查看整个厂区违章的账号才能交班，请联系管理员。',
    'Only an account that sees all violations of the site hands the shift over. Ask an administrator.',
  ],
  'shift-log.waiting': [
    '该厂区已有一次交班等待接班，请先接班或由交班人撤回。',
    'A handover of this site waits already. Let the next shift accept it, or take it back first.',
  ],
  'shift-log.not-waiting': [
    '该交班已被接受或撤回，请刷新。',
    'The handover was accepted or taken back. Reload the shift log.',
  ],
  'shift-log.own': [
    '交班人不能接受自己的交班，请由下一班人员登录后接班。',
    'You handed this shift over; a colleague of the next shift accepts it.',
  ],
  'shift-log.not-own': ['只有交班人可以撤回。', 'Only the person who handed over takes it back.'],
});
