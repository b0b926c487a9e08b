import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  receipts: ['谁看过', 'Who read it'],
  hint: [
    '谁在何时看过这条通知，以及各渠道的发送结果。',
    'Who read this notice and when, and how it was sent.',
  ],
  read: [(at: string) => `${at} 已读`, (at: string) => `read ${at}`],
  markRead: ['标为已读', 'Mark as read'],
  unread: ['未读', 'not read'],
  channels: { push: ['推送', 'push'], email: ['邮件', 'e-mail'] },
  states: {
    waiting: ['待发送', 'waits'],
    held: ['免打扰，稍后发送', 'held for quiet hours'],
    sent: ['已发送', 'sent'],
    failed: ['失败', 'failed'],
    skipped: ['未发送', 'not sent'],
  },
  robots: ['群机器人', 'Group robots'],
  nobody: ['没有接收人', 'No recipients'],
});
