import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'fence.unknown': ['没有这个围栏，或您无权查看。', 'There is no such fence within your reach.'],
  'fence.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'fence.fields': [
    '区域须在您管辖范围内、在用并已画出轮廓；岗位须存在。',
    'The area needs an outline and has to be within your reach; posts have to exist.',
  ],
  'fence.event-unknown': [
    '没有这条事件，或您无权查看。',
    'There is no such event within your reach.',
  ],
  'fence.event-version-conflict': [
    '该事件已有变化，请重新打开后再试。',
    'The event has changed meanwhile; open it again.',
  ],
  'fence.acknowledged': ['该事件已确认。', 'The event is acknowledged already.'],
  'fence.own': [
    '这是关于您本人的事件，须由他人确认。',
    'It is about you: another person looks at it.',
  ],
});
