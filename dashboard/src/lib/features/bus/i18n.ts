import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['消息总线', 'Message bus'],
  hint: [
    '消息总线拒绝了谁的什么内容。多数是配置错误；不认识的用户或不断增加的次数，可能是有人冒充设备。',
    'What the message bus refused of whom. Most of it is a wrong configuration; an unknown user, or a count that grows, may be somebody who poses as a device.',
  ],
  user: ['用户', 'User'],
  what: ['拒绝的内容', 'Refused'],
  count: ['次数', 'Count'],
  last: ['最近一次', 'Last'],
  unknown: ['未知用户', 'Unknown user'],
  kinds: {
    'sign-in': ['登录：用户、密码或客户端标识不符', 'Sign-in: wrong user, password or client id'],
    publish: ['向无权的主题发布', 'Publishing to a topic without the right'],
    subscribe: ['订阅无权的主题', 'Subscribing to a topic without the right'],
    'packet-size': ['消息过大', 'Message too large'],
    rate: ['发送过快', 'Too many messages'],
    retained: ['保留消息过多', 'Too many retained messages'],
    queue: [
      '读取过慢，未送达的消息过多',
      'Too many messages wait for it: it reads too slowly, or is away',
    ],
    signature: ['签名缺失、错误或过期', 'Signature missing, wrong or too old'],
    revoked: ['凭据已吊销的分析进程', 'Worker whose credential is revoked'],
    sender: ['内容与其主题的发送者不符', 'Content that is not of its sender'],
    camera: ['不归其管理的摄像机', 'Camera that it does not hold'],
    handle: ['其无从得知的工牌代号', 'A handle of a badge that it cannot know'],
    evidence: ['并非其上传的证据', 'Evidence that it did not upload'],
    time: ['不可能的时间', 'Time that cannot be'],
    schema: ['内容不符合格式', 'Content that does not match its schema'],
  },
  users: [(n: number) => `${n} 个用户可以连接`, (n: number) => `${n} users may connect`],
  empty: ['没有被拒绝的内容', 'Nothing was refused'],
  emptyHint: [
    '消息总线上的各方都在自己的权限之内。出现拒绝时会发通知。',
    'Everybody on the bus keeps to their rights. A notice tells you when something is refused.',
  ],
});
