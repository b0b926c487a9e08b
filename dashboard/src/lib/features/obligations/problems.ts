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
  'obligation.elsewhere': [
    '请在所属页面登记更新后的记录，这一期随之结束。',
    'Enter the renewed record on its page; this period ends by itself.',
  ],
  'obligation.fixed': [
    '日期写在文件中，不能推迟；请更正或更新该文件。',
    'Its day stands in a document and cannot be postponed: correct or renew that.',
  ],
  'obligation.day': ['日期不在允许的范围内。', 'The day is not among those that can be.'],
});
