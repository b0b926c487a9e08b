import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'privacy.version-conflict': [
    '别人刚刚修改了这一条，请重新打开再改。',
    'Someone else has just changed this entry: open it again.',
  ],
  'data-request.decided': [
    '这条申请已有决定；本人可以重新申请。',
    'The request is decided already; the person can make a new one.',
  ],
  'consent.notice-old': [
    '告知内容刚刚更新，请阅读新版本后再决定。',
    'The notice was changed meanwhile: read the new version, and decide again.',
  ],
  'key.refused': [
    '当前状态下不能这样更改密钥，请刷新后查看。',
    'The keys cannot be changed like this now: reload to see how they are.',
  ],
  'sealed.damaged': [
    '加密的内容打不开，可能在系统之外被改动。请重新录入，或从备份恢复。',
    'What was encrypted cannot be opened: it was changed outside of the system. Enter it again, or restore it from a backup.',
  ],
});
