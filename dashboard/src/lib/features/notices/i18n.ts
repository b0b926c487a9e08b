import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords(
  {
    receipts: '谁看过',
    hint: '谁在何时看过这条通知，以及各渠道的发送结果。',
    read: (at: string) => `${at} 已读`,
    unread: '未读',
    channels: { push: '推送', email: '邮件' },
    states: {
      waiting: '待发送',
      held: '免打扰，稍后发送',
      sent: '已发送',
      failed: '失败',
      skipped: '未发送',
    },
    robots: '群机器人',
    nobody: '没有接收人',
  },
  {
    receipts: 'Who read it',
    hint: 'Who read this notice and when, and how it was sent.',
    read: (at: string) => `read ${at}`,
    unread: 'not read',
    channels: { push: 'push', email: 'e-mail' },
    states: {
      waiting: 'waits',
      held: 'held for quiet hours',
      sent: 'sent',
      failed: 'failed',
      skipped: 'not sent',
    },
    robots: 'Group robots',
    nobody: 'Nobody was told',
  },
);
