import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'qualification.unknown': [
    '没有这项资质，或您无权查看。',
    'There is no such qualification within your reach.',
  ],
  'qualification.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'qualification.person-left': [
    '该人员已离职，不再登记资质。',
    'The person has left; nothing is entered for them.',
  ],
  'qualification.category-unknown': [
    '没有这个类别，或已停用，请另选一项。',
    'This category is not offered; take another.',
  ],
  'qualification.fields': [
    '有字段与类型或法规不符，请按提示修改。',
    'A field does not fit the type, or a date the law; change what is marked.',
  ],
  'qualification.other-person': [
    '证号中的身份证号属于另一个人，请核对人员与证号。',
    'The number holds the identity number of another person; check person and number.',
  ],
  'qualification.scan': [
    '扫描件只能是图片或 PDF，每个不超过 20 MB。',
    'Scans are pictures or PDF files of at most 20 MB each.',
  ],
  'qualification.own': [
    '这是您本人的资质，须由其他人办理。',
    'This is your own qualification; another person has to do this.',
  ],
  'qualification.not-now': [
    '当前状态不能这样操作，请重新打开查看。',
    'This cannot be done in its present state; open it again.',
  ],
  'qualification.nothing-sealed': ['这里没有加密内容。', 'There is nothing to reveal.'],
  'qualification.no-person': [
    '该账号没有对应的人员档案，请联系管理员。',
    'This account belongs to no person; ask the administrator.',
  ],
});
