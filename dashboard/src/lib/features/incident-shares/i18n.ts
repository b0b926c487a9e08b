import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['事件链接', 'Links to this incident'],
  hint: [
    '只有指定的账号登录后可以打开，到时自动结束；人脸已模糊，不含姓名，画面上带查看者的姓名。',
    'Only the named accounts open it, signed in, until its end: faces blurred, without names, with the name of the viewer over the picture.',
  ],
  none: ['还没有提供链接', 'No link was given yet'],
  give: ['提供链接…', 'Give a link…'],
  giveTitle: ['向指定账号提供链接', 'Give named accounts a link'],
  giveAction: ['提供', 'Give'],
  recipients: ['收件账号', 'Accounts'],
  find: ['按姓名或用户名查找', 'Find by name or user name'],
  chosen: [(names: string) => `已选：${names}`, (names: string) => `Chosen: ${names}`],
  noneFound: ['没有找到账号', 'No account found'],
  until: ['截止', 'Ends after'],
  days: [(n: number) => `${n} 天后`, (n: number) => (n === 1 ? '1 day' : `${n} days`)],
  reason: ['原因（收件人可见）', 'Why (the recipients read it)'],
  given: ['链接已提供，收件人已收到通知', 'The link is given; the recipients have a notice'],
  copy: ['复制链接', 'Copy the link'],
  copied: ['链接已复制', 'The link is copied'],
  end: ['结束链接', 'End the link'],
  endText: ['收件人此后无法打开。', 'Its recipients can open it no more.'],
  ended: ['链接已结束', 'The link has ended'],
  open: [(at: string) => `有效至 ${at}`, (at: string) => `until ${at}`],
  over: [(at: string) => `已于 ${at} 到期`, (at: string) => `over since ${at}`],
  stopped: [
    '无法打开：提供人的账号已停用，或不再有权提供',
    'opens nothing: its giver is gone, or may not give it any more',
  ],
  endedBy: [
    (who: string, at: string) => `${who}于 ${at} 结束`,
    (who: string, at: string) => `ended by ${who}, ${at}`,
  ],
  by: [
    (who: string, at: string) => `${who} ${at} 提供`,
    (who: string, at: string) => `given by ${who}, ${at}`,
  ],
  views: [(n: number) => `共查看 ${n} 次`, (n: number) => (n === 1 ? '1 view' : `${n} views`)],
  looked: [
    (who: string, n: number, at: string) => `${who}：${n} 次，最近 ${at}`,
    (who: string, n: number, at: string) => `${who}: ${n}, last ${at}`,
  ],
  notYet: [(who: string) => `${who}：未查看`, (who: string) => `${who}: not yet`],
  gone: ['（账号已删除）', '(account is gone)'],
  shared: {
    title: ['提供给您的违章事件', 'An incident that was given to you'],
    from: [
      (who: string, until: string) => `由${who}提供，有效至 ${until}`,
      (who: string, until: string) => `Given by ${who}, until ${until}`,
    ],
    marked: [
      '画面带您的姓名；每次查看都被记录，请勿转发。',
      'Your name is over the pictures; each look is recorded. Do not pass it on.',
    ],
    status: {
      pending: ['待复核', 'Waits for review'],
      confirmed: ['已确认', 'Confirmed'],
      dismissed: ['已排除', 'Dismissed'],
    },
    findings: ['发现', 'Findings'],
    noPicture: ['没有可显示的画面', 'There is no picture to show'],
    clip: ['播放录像', 'Play the clip'],
    clipOf: [(what: string) => `录像：${what}`, (what: string) => `Clip: ${what}`],
  },
});
