import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'webhook.version-conflict': [
    '别人刚刚修改了这个推送，请重新打开再改。',
    'Someone else has just changed this webhook: open it again.',
  ],
  'webhook.target': [
    '不允许推送到这个地址：请填写厂外地址，或由管理员在 ANSHI_WEBHOOK_ALLOW 中放行。',
    'This address is not allowed: name one outside of the plant, or have it allowed by ANSHI_WEBHOOK_ALLOW.',
  ],
  'notice.not-configured': [
    '这个渠道还没有配置，请先补全它缺少的设置。',
    'This channel is not configured: set what it lacks first.',
  ],
  'notice.push-host': [
    '这个浏览器的推送服务未被允许，请换一个浏览器，或由管理员在 ANSHI_PUSH_HOSTS 中放行。',
    'The push service of this browser is not allowed: take another browser, or have it allowed by ANSHI_PUSH_HOSTS.',
  ],
  'notice.no-address': [
    '还没有邮箱，请先在通知设置中填写。',
    'There is no mail address: enter one under notice settings first.',
  ],
  'notice.address-confirmed': [
    '邮箱已确认，无需再操作。',
    'The address is confirmed: there is nothing to do.',
  ],
});
