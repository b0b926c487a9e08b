import type { BusRefusalKind } from '@anshi/contracts';
import type { Bilingual } from '../manifest.ts';

/** What was refused, as notices name it. */
export const refusalWords: Readonly<Record<BusRefusalKind, Bilingual>> = {
  'sign-in': { zh: '登录', en: 'sign-in' },
  publish: { zh: '向无权的主题发布', en: 'publishing without the right' },
  subscribe: { zh: '订阅无权的主题', en: 'subscribing without the right' },
  'packet-size': { zh: '消息过大', en: 'a message too large' },
  rate: { zh: '发送过快', en: 'too many messages' },
  retained: { zh: '保留消息过多', en: 'too many retained messages' },
  queue: { zh: '读取过慢，未送达的消息过多', en: 'too many messages wait for it' },
  signature: { zh: '签名缺失、错误或过期', en: 'signature missing, wrong or too old' },
  revoked: { zh: '凭据已吊销', en: 'its credential is revoked' },
  sender: { zh: '内容与发送者不符', en: 'content that is not of its sender' },
  camera: { zh: '不归其管理的摄像机', en: 'a camera that it does not hold' },
  evidence: { zh: '并非其上传的证据', en: 'evidence that it did not upload' },
  handle: { zh: '其无从得知的工牌代号', en: 'a handle of a badge that it cannot know' },
  time: { zh: '不可能的时间', en: 'a time that cannot be' },
  schema: { zh: '内容不符合格式', en: 'content that does not match its schema' },
};
