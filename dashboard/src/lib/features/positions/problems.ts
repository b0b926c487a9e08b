import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'location-setting.version-conflict': [
    '其他人已修改该设置，请重新打开后再试。',
    'Someone else changed this setting meanwhile; open it again.',
  ],
  'reader-place.unknown': ['该读卡器位置已被移除。', 'This place was removed.'],
  'reader-place.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'reader-place.source-taken': [
    '该来源已登记位置，请修改已有的一项。',
    'This source has a place already; change that one.',
  ],
  'reader-place.plan-unknown': [
    '没有这张平面图，请另选一张。',
    'There is no such floor plan; take another.',
  ],
});
