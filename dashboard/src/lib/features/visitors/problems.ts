import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'visit.unknown': ['没有这条来访，或您无权查看。', 'There is no such visit within your reach.'],
  'visit.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed it meanwhile; open it again.',
  ],
  'visit.announced-already': [
    '此人在这段时间已有预约。',
    'This person is announced already for that time.',
  ],
  'visit.host': [
    '接待人须为在职、非访客的人员；本账号未关联人员时请前台代为预约。',
    'The host has to be an active person of the company; an account without a person asks the reception.',
  ],
  'visit.not-host': [
    '您只能为自己预约；为他人预约请联系前台。',
    'You announce visitors who come to yourself; ask the reception for others.',
  ],
  'visit.person': [
    '不能为此人登记：请选访客或在职承包商，或新建访客；有效期已过的先延长。',
    'This person cannot be announced or let in: choose a visitor or an active contractor, or extend what has ended.',
  ],
  'visit.area': ['所选区域不存在或已停用。', 'An area does not exist or is not in use.'],
  'visit.times': [
    '计划时间已过，请由接待人延长来访。',
    'The planned time is over: have the host extend the visit.',
  ],
  'visit.state': [
    '来访已不在此状态，可能他人刚登记过，请刷新。',
    'The visit is in another state by now; reload it.',
  ],
  'visit.on-site': [
    '此人已在场，请先登记另一次来访的离开。',
    'This person is on site already: enter the leaving of the other visit first.',
  ],
  'visit.blocked': [
    '不得放行：请联系维护拒入名单的人员裁定。',
    'Not let in: a person who manages the watch list has to decide.',
  ],
  'visit.induction-needed': [
    '须先确认安全告知。',
    'The safety induction has to be confirmed first.',
  ],
  'visit.induction-old': [
    '安全告知刚有新版本，请重新打开并让访客阅读。',
    'The induction has a new version: open it again and have it read.',
  ],
  'visit.signature': ['签名与访客姓名不一致。', 'The signature is not the name of the visitor.'],
  'visit.badge': ['这张工牌不是空闲的访客工牌。', 'This is no free badge for visitors.'],
  'watch-entry.unknown': ['没有这条名单记录。', 'There is no such entry.'],
  'watch-entry.nothing-open': [
    '没有待裁定的命中，可能已裁定。',
    'There is nothing to decide: it was decided already.',
  ],
  'visitor-badge.unknown': ['没有这张访客工牌。', 'There is no such badge for visitors.'],
  'visitor-badge.taken': [
    '这张工牌已在列，或正由他人或车辆使用。',
    'The badge is in the pool, or in use by a person or a vehicle.',
  ],
});
