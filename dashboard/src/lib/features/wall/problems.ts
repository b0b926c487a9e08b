import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'live.unavailable': [
    '这台摄像机现在没有实时画面；它的分析进程在线后自动恢复。',
    'The camera cannot be watched now; the picture is back when its worker is online.',
  ],
  'live.refused': [
    '分析进程没有接受实时画面的请求，稍后会自动重试。',
    'The worker did not take the request for live video; it is tried again shortly.',
  ],
  'live.by-mpeg1': [
    '分析主机用另一种方式发送这路画面，页面会自动改用它。',
    'The worker sends this picture in another way; the page changes over by itself.',
  ],
  'live.engine-unavailable': [
    '网址中 engine 指定的发送方式在这台分析主机上不可用。从网址中去掉 engine，就用可用的最好方式。',
    'The engine that the address of the page asks for is not available at this worker. Without engine in the address the best one is taken.',
  ],
  'live.session-unknown': ['这次实时画面已经结束。', 'This live view has ended already.'],
});
