import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'camera.unknown': ['没有这台摄像机。', 'There is no such camera.'],
  'camera.none': ['还没有登记任何摄像机。', 'No camera is on record yet.'],
  'camera.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'camera.id-taken': [
    '这个编号已被使用，请另取一个。',
    'A camera with this id is there already; take another id.',
  ],
  'camera.id-of-removed': [
    '这个编号属于一台已移除的摄像机：请放回那台，或另取编号。',
    'A removed camera has this id: put that one back, or take another id.',
  ],
  'camera.from-file': [
    '厂区与摄像机由 cameras.yaml 决定，请在文件中修改。',
    'Sites and cameras are those of cameras.yaml; change them there.',
  ],
  'camera.invalid': [
    '配置有误，请按提示修改。',
    'The configuration has errors; correct the fields.',
  ],
  'camera.other-site': [
    '该厂区不在您的权限范围内。',
    'That site is not within the reach of your role.',
  ],
  'camera.version-unknown': ['没有这个版本。', 'There is no such version.'],
  'camera.fence-unusable': [
    '无法由台账区域画出：区域须有轮廓、在同一平面图上，并在已标定的画面中可见。',
    'The zone cannot be drawn: its area needs an outline on the same floor plan, in sight of the calibrated camera.',
  ],
});
