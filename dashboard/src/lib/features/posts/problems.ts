import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'post.unknown': ['没有这个岗位。', 'There is no such post.'],
  'post.version-conflict': [
    '其他人已修改该岗位，请重新打开后再试。',
    'Someone else changed this post meanwhile; open it again.',
  ],
  'post.code-taken': [
    '该编码已被另一个岗位使用，请换一个编码。',
    'Another post has this code; give another one.',
  ],
  'post.name-taken': [
    '该部门已有同名岗位，请打开已有的岗位，或换一个名称。',
    'The department has a post of this name; open that one, or give another name.',
  ],
  'post.held': [
    '还有人在该岗位上，请先调到其他岗位再停用。',
    'People hold this post: move them to another one first, then take it out of use.',
  ],
  'post.word-unknown': [
    '所选的类型、技能、部门、区域或设备不存在或已停用。',
    'A word, a department, an area or a machine is not there or not in use.',
  ],
  'person.post-unknown': [
    '没有这个岗位，或已停用，请另选一个。',
    'There is no such post in use; choose another.',
  ],
});
