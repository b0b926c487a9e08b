import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'incident-share.unknown': [
    '此链接不是给您的账号的，或不存在。请向发送人索取给您的链接。',
    'This link is not for your account, or does not exist. Ask the sender for a link of your own.',
  ],
  'incident-share.over': [
    '链接已结束，请向发送人索取新的链接。',
    'The link has ended. Ask the sender for another one.',
  ],
  'incident-share.giver': [
    '提供此链接的账号已停用或不再有权提供，链接无法打开。请向安全管理人员索取新的链接。',
    'The account that gave this link is gone, or may not give it any more. Ask a safety officer for another one.',
  ],
  'incident-share.too-many-tries': [
    '无效链接尝试过多，请十分钟后再试。',
    'Too many links that open nothing were tried. Wait ten minutes.',
  ],
  'incident-share.version-conflict': [
    '其他人已更改该链接，请重新打开后再试。',
    'Someone else changed this link meanwhile; open the incident again.',
  ],
  'incident-share.until': [
    '截止时间须在将来 30 天之内。',
    'The link must end within the next 30 days.',
  ],
  'incident-share.recipient': [
    '请选择可登录的其他账号。',
    'Choose other accounts that can sign in.',
  ],
});
