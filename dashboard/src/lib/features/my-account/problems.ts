import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'auth.password-weak': [
    '密码太弱，请换一个更长的。',
    'The password is too weak: choose a longer one.',
  ],
  'auth.password-wrong': [
    '当前密码不对，请重新输入。',
    'The current password is wrong: enter it again.',
  ],
  'auth.totp-wrong': [
    '验证码不对，请输入现在显示的；每个只能用一次。',
    'The code is not right: take the one that is shown now; each works once.',
  ],
  'auth.totp-state': [
    '两步验证的状态已改变，请刷新页面。',
    'The state of the second factor has changed: reload the page.',
  ],
  'auth.too-many': ['尝试次数过多，请稍后再试。', 'Too many tries: wait a moment, then try again.'],
  'auth.busy': [
    '现在登录的人太多，请稍后再试。',
    'Too many are signing in at this moment: try again shortly.',
  ],
});
