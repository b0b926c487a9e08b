import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'alarm.unknown': ['没有这条报警。', 'There is no such alarm.'],
  'alarm.line-unknown': ['没有这条报警方案。', 'There is no such line of the alarm plan.'],
  'alarm.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'alarm.area-unknown': ['没有这个区域，请另选。', 'There is no such area; take another.'],
  'alarm.camera-unknown': ['没有这台摄像头，请另选。', 'There is no such camera; take another.'],
  'alarm.too-many-lines': [
    '方案已有 200 条，请修改已有的。',
    'The plan is full; change a line of it.',
  ],
  'alarm.device-unknown': ['该设备未登记或已停用。', 'The device is not in use.'],
  'alarm.mute-unknown': ['没有这次静音。', 'There is no such mute.'],
  'alarm.mute-over': ['该静音已结束。', 'The mute has ended already.'],
  'alarm.too-many-mutes': [
    '该设备已有 20 次静音，请先结束一次。',
    'The device has 20 mutes; end one first.',
  ],
});
