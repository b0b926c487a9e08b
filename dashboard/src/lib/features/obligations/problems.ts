import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'obligation.unknown': [
    '没有这个到期事项，或不在您可查看的范围内。',
    'There is no such entry, or it is not among those that you may see.',
  ],
  'obligation.version-conflict': [
    '其他人刚刚更改了它，请重新打开。',
    'Someone else changed it meanwhile; open it again.',
  ],
  'obligation.feed-too-often': [
    '日历读取得过于频繁，请稍后再试，并调大日历程序的刷新间隔。',
    'The calendar is read too often; wait a while, and have the calendar program refresh less often.',
  ],
  'obligation.ended': [
    '这一期已经结束，请打开新的一期。',
    'This period has ended already; open the next one.',
  ],
  'obligation.earlier-first': [
    '更早的一期还没有结束，请先登记那一期。',
    'An earlier period has not ended: record that one first.',
  ],
  'obligation.elsewhere': [
    '请在所属页面登记更新后的记录，这一期随之结束。',
    'Enter the renewed record on its page; this period ends by itself.',
  ],
  'obligation.fixed': [
    '日期写在文件中，不能推迟；请更正或更新该文件。',
    'Its day stands in a document and cannot be postponed: correct or renew that.',
  ],
  'obligation.day': ['日期不在允许的范围内。', 'The day is not among those that can be.'],
  'own-obligation.unknown': [
    '没有这个自定义事项，或不在您可查看的范围内。',
    'There is no such own obligation, or it is not among those that you may see.',
  ],
  'own-obligation.version-conflict': [
    '其他人刚刚更改了它，请重新打开。',
    'Someone else changed it meanwhile; open it again.',
  ],
  'own-obligation.invalid': ['有的内容不合适。', 'Something in it does not fit.'],
  'own-obligation.over': [
    '它已终止，或一次性事项已完成；请另行添加。',
    'It has ended, or was due once and is done; add another one.',
  ],
  'own-obligation.file-needed': [
    '需要附上照片或文件作为证明。',
    'A photo or a document has to prove it: attach one.',
  ],
  'own-obligation.waits': [
    '已经登记过，正在等待第二人确认。',
    'It was recorded already, and waits for a second person.',
  ],
  'own-obligation.not-waiting': [
    '其他人已经作出决定，请重新打开。',
    'Another person has decided already; open it again.',
  ],
  'own-obligation.own-record': [
    '登记的人不能自己确认，请由另一个人确认。',
    'Who recorded it does not confirm it: ask another person.',
  ],
});
