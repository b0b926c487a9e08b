import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'person-merge.unknown': ['没有这次合并。', 'There is no such joining of files.'],
  'person-merge.same': [
    '请选择两份不同的档案。',
    'Choose two files: one is not joined with itself.',
  ],
  'person-merge.joined-already': [
    '其中一份已并入另一份档案：请合并保留的那份，或先撤销先前的合并。',
    'One of them was joined with another file: join the one that remains, or undo the earlier joining.',
  ],
  'person-merge.own-case': [
    '涉及您本人的档案，须由他人合并。',
    'You are one of the two: another person has to join them.',
  ],
  'person-merge.blocked': [
    '有矛盾须先处理，见列出的各项。',
    'Something speaks against it: each line says what to do first.',
  ],
  'person-merge.not-accepted': ['请先逐项确认。', 'Accept each of the lines first.'],
  'person-merge.stale': [
    '对照后又有变化，请重新对照再确认。',
    'Something changed since the comparison: look at it again, and confirm it.',
  ],
  'person-merge.too-many': [
    '并入的档案违章超过 500 条：请改为保留这份档案。',
    'More than 500 violations name the file that is joined: keep that one instead.',
  ],
  'person-merge.unknown-mark': ['没有这个标记。', 'There is no such mark.'],
  'person-merge.said-two': [
    '两份档案已标为不同的人：确属同一人时，先取消标记。',
    'The two are marked as two people: take the mark back first where they are one.',
  ],
  'person-merge.undone': ['这次合并已撤销。', 'The joining was undone already.'],
  'person-merge.chained': [
    '保留的档案后来又并入了另一份：请先撤销后一次合并。',
    'The file that remained was joined with another one since: undo that later joining first.',
  ],
  'person-merge.changed-since': [
    '合并后有记录变动。若可留在保留的档案，请勾选后再撤销。',
    'Some records changed since. Tick the box where they may stay with the file that remained.',
  ],
});
