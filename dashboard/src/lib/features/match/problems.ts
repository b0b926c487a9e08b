import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'match.unknown': ['没有这次判定，或您无权查看。', 'There is no such decision within your reach.'],
  'match.busy': [
    '正在比对其他大批人员，请稍后再试。',
    'Other long lists of candidates are being made. Try again in some seconds.',
  ],
  'match.replaced': [
    '您已发起新的比对，本次结果不再给出。',
    'You asked again: this list of candidates was ended for the newer one.',
  ],
  'match.target': ['请选择一台设备、一个区域或一个岗位。', 'Choose one machine, area or post.'],
  'match.word-unknown': [
    '有类别或技能已停用，请按提示修改。',
    'A category or skill is not offered any more; change what is marked.',
  ],
  'match.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
});
