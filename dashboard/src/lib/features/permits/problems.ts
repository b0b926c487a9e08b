import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'permit.unknown': ['没有这张作业票。', 'There is no such work permit.'],
  'permit.version-conflict': [
    '草稿已被修改，请重新打开后再试。',
    'The draft was changed meanwhile; open it again.',
  ],
  'permit.word-unknown': [
    '作业类别、区域或人员已停用，请另选。',
    'The kind of work, the area or a person is not offered; take another.',
  ],
  'permit.times': [
    '作业时间不正确：结束须晚于开始与现在，最长 30 天。',
    'The times cannot be: the end is after the beginning and after now, 30 days at most.',
  ],
  'permit.no-draft': [
    '作业票已提交，不能再修改；请先退回。',
    'The permit is submitted and cannot be changed; let it be returned first.',
  ],
  'permit.not-yours': ['只有申请人可以修改草稿。', 'Only the applicant changes a draft.'],
  'permit.not-time': [
    '不在作业票的有效时间内。',
    'It is not the time of this permit; it ends by itself when its time is over.',
  ],
});
