import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'device-file.unknown': ['没有这份设备档案。', 'There is no such device file.'],
  'device-file.finding-unknown': ['没有这项发现。', 'There is no such finding.'],
  'device-file.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'device-file.word-unknown': [
    '该类别或区域已停用，请另选一项。',
    'This kind or area is not offered; take another.',
  ],
  'device-file.ref-taken': [
    '该设备已有档案；如已更换，请先将旧档案设为“已报废”。',
    'This device has a file already; where it was replaced, retire the old file first.',
  ],
  'device-file.unsuited': [
    '防护等级仍不符合安装场所，请先登记新设备、防护等级或位置，或由安全负责人接受。',
    'The protection still does not suit the place: enter the new device, its IP code or place first, or let safety accept it.',
  ],
});
