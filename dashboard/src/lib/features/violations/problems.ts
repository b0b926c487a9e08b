import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'violation.version-conflict': [
    '别人刚刚复核了这条违章，请查看当前结论后再决定。',
    'Someone else has just reviewed this violation: look at it as it is now.',
  ],
  'violation.already-so': [
    '这条违章已经是这个状态，请刷新；要改结论请先重新打开。',
    'The violation has this status already: reload it; to change a verdict, reopen it first.',
  ],
  'violation.not-confirmed': [
    '只有已确认的违章才能转为隐患，请先复核。',
    'Only a confirmed violation becomes a hazard: review it first.',
  ],
  'evidence.purged': [
    '这个文件已按期清除，记录保留。',
    'The file was removed at the end of its term. The record stays.',
  ],
});
