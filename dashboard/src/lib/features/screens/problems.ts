import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'wall-group.unknown': [
    '没有这个共享分组，请刷新。',
    'There is no such shared group. Reload the page.',
  ],
  'wall-group.version-conflict': [
    '分组已被他人修改，请重新打开后再试。',
    'Someone else changed this group. Open it again and retry.',
  ],
  'wall-group.cameras': [
    '有摄像机不属于该厂区，或您看不到它。',
    'A camera is not one of the site, or you do not see it.',
  ],
  'wall-group.other-site': [
    '该分组属于您无权管理的厂区。',
    'The group is of a site that you do not manage.',
  ],
  'wall-group.in-use': [
    '有大屏正在显示这个分组：先为它更换分组，或吊销大屏。',
    'A screen shows this group: give it another one, or revoke it first.',
  ],
  'wall-group.too-many': [
    '共享分组已达 100 个，请先删除一个。',
    'There are 100 shared groups; delete one first.',
  ],
  'screen.unknown': ['没有这块大屏，请刷新。', 'There is no such screen. Reload the page.'],
  'screen.version-conflict': [
    '大屏设置已被他人修改，请重新打开后再试。',
    'Someone else changed this screen. Open it again and retry.',
  ],
  'screen.revoked': ['该大屏已吊销，请重新配对。', 'The screen was revoked; pair it again.'],
  'screen.code': [
    '现在没有大屏显示这个配对码。请照大屏重新输入：配对码十分钟内有效，只能用一次。',
    'No screen shows this code now. Read it from the screen again: it holds for ten minutes, and once.',
  ],
  'screen.too-many-tries': [
    '错误的配对码过多，请十分钟后再试。',
    'Too many codes were wrong. Wait ten minutes.',
  ],
  'screen.not-paired': ['此大屏尚未配对。', 'This screen is not paired.'],
  'screen.too-many': [
    '等待确认的配对码过多，请几分钟后再试。',
    'Too many codes wait. Try again in some minutes.',
  ],
});
