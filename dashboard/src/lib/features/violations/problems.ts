import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'violation.trade-unknown': [
    '没有这个作业类别，请另选。',
    'There is no such trade: choose another.',
  ],
  'violation.version-conflict': [
    '别人刚刚复核了这条违章，请查看当前结论后再决定。',
    'Someone else has just reviewed this violation: look at it as it is now.',
  ],
  'violation.already-so': [
    '这条违章已经是这个状态，请刷新；要改结论请先重新打开。',
    'The violation has this status already: reload it; to change a verdict, reopen it first.',
  ],
  'violation.own-case': [
    '这条违章可能涉及您本人，须由其他复核人处理。',
    'It may be you: another reviewer has to decide.',
  ],
  'violation.two-names': [
    '该事件中另有一条违章已确认为另一人，请先拆分事件。',
    'A finding of the act is confirmed of another person: divide the act first.',
  ],
  'violation.candidate-gone': [
    '此人已不在候选之列（可能已撤回同意），请重新打开。',
    'This person is no candidate any more, perhaps for a consent that was taken back: open it again.',
  ],
  'violation.not-confirmed': [
    '只有已确认的违章才能转为隐患，请先复核。',
    'Only a confirmed violation becomes a hazard: review it first.',
  ],
  'evidence.being-blurred': [
    '人脸模糊版正在生成，完成后自动显示。',
    'The version with blurred faces is being made, and appears by itself.',
  ],
  'evidence.blur-failed': [
    '无法生成人脸模糊版；有权限的人员可说明理由后查看原片。',
    'No version with blurred faces can be made; people with the right to it can reveal the original.',
  ],
  'evidence.not-revealed': [
    '原片查看已结束，需要时请再次说明理由。',
    'The original is not shown any more: reveal it again with a reason.',
  ],
  'evidence.reveal-too-often': [
    '查看原片过于频繁，请稍后再试。',
    'Too many originals were revealed: wait a while.',
  ],
  'evidence.purged': [
    '这个文件已按期清除，记录保留。',
    'The file was removed at the end of its term. The record stays.',
  ],
});
