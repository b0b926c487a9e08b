import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'violation.name-withdrawn': [
    '此人的姓名已经异议撤销，不能再次写入该记录；请不选人确认，或选择其他候选人。',
    'This name was withdrawn by an objection; confirm without a person, or choose another candidate.',
  ],
  'safety-entry.unknown': ['没有这条违章记录。', 'There is no such entry.'],
  'safety-entry.not-own': ['只有本人可以提出异议。', 'Only the person can object.'],
  'safety-entry.not-in-force': [
    '该记录已不再计入，无需异议。',
    'The entry does not count any more: nothing is left to object to.',
  ],
  'safety-entry.evidence-closed': [
    '该记录已不再计入，影像不再随其显示；有权查看违章的人员可在违章中打开。',
    'The entry does not count any more: who may see the violation opens its pictures there.',
  ],
  'safety-entry.told-already': [
    '本人已被告知，异议期限已起算。',
    'The person was told already: the time to object runs.',
  ],
  'safety-entry.not-told': [
    '尚未登记告知本人，请先登记告知日期。',
    'The person was not told yet: record the day first.',
  ],
  'safety-entry.day': [
    '日期不符：不能早于记录写入或告知之日，也不能晚于今天。',
    'The day does not fit: not before the entry or the telling, and not after today.',
  ],
  'objection.has-account': [
    '本人有账号，请本人登录后提出异议。',
    'The person has an account, and objects there.',
  ],
  'objection.open': [
    '本人已对该违章提出异议且尚未裁定，请先由他人裁定。',
    'The person objected and it is not decided: another person decides first.',
  ],
  'objection.unknown': ['没有这项异议。', 'There is no such objection.'],
  'objection.too-late': [
    '提出异议的期限已过，请联系安全部门。',
    'The time to object is over; speak with the safety department.',
  ],
  'objection.twice': ['该记录已提出过异议。', 'This entry was objected to already.'],
  'objection.by-itself': [
    '该步骤由系统自动完成，请选择维持或撤销。',
    'This step happens by itself; uphold or withdraw the entry.',
  ],
  'safety-file.setting-conflict': [
    '设置已被他人修改，请重新打开。',
    'The setting was changed meanwhile; open it again.',
  ],
});
