import BellRing from '@lucide/svelte/icons/bell-ring';
import BookOpenText from '@lucide/svelte/icons/book-open-text';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Webhook from '@lucide/svelte/icons/webhook';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'integrations',
  sections: [
    {
      id: 'webhooks',
      office: 'admin',
      group: 'system',
      order: 5,
      icon: Webhook,
      name: { zh: '事件推送', en: 'Webhooks' },
      hint: { zh: '把发生的事告诉其他系统', en: 'Tell other systems what happens' },
      needs: 'integration:manage',
      feature: 'integrations',
    },
    {
      id: 'interfaces',
      office: 'admin',
      group: 'system',
      order: 5.5,
      icon: BookOpenText,
      name: { zh: '接口文档', en: 'Interfaces' },
      hint: {
        zh: 'HTTP 接口与消息总线：格式、字段含义、调用方式',
        en: 'HTTP API and bus: formats, fields, how to call',
      },
      needs: 'integration:manage',
    },
    {
      id: 'channels',
      office: 'admin',
      group: 'system',
      order: 6,
      icon: Megaphone,
      name: { zh: '通知渠道', en: 'Channels' },
      hint: { zh: '邮件、推送和群机器人的状态', en: 'State of mail, push and chat robots' },
      needs: 'notification:manage',
    },
    {
      id: 'notice-rules',
      office: 'admin',
      group: 'system',
      order: 7,
      icon: BellRing,
      name: { zh: '通知规则', en: 'Notice rules' },
      hint: { zh: '哪类通知默认走推送或邮件', en: 'Which notices go by push or mail' },
      needs: 'notification:manage',
    },
  ],
};
