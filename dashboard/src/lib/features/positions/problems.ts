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
  'reader.unknown': ['该读写器已被移除。', 'This reader was removed.'],
  'reader.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'reader.name-taken': ['该名称的读写器已登记。', 'A reader of this name is registered already.'],
  'reader-place.portal': [
    '通道须有位置与半径；只有通道可指定区域。',
    'A portal needs a place and a radius; only a portal has an area.',
  ],
  'reader-place.area-unknown': [
    '此平面图上没有该区域，请另选。',
    'There is no such area on this plan; take another.',
  ],
  'plan-reference.unknown': ['参考点已被移除。', 'The reference points were removed.'],
  'plan-reference.version-conflict': [
    '其他人已修改参考点，请重新打开后再试。',
    'Someone else changed the reference points meanwhile; open them again.',
  ],
  'plan-reference.no-fit': [
    '参考点与平面图不符：请检查坐标；至少三点、相距两米以上、不在一条直线上。',
    'The points do not fit the plan: look at their figures; three and more, two metres apart, not on one line.',
  ],
  'reader-place.plan-unknown': [
    '没有这张平面图，请另选一张。',
    'There is no such floor plan; take another.',
  ],
});
