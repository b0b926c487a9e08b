import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'alias.taken': [
    '该系统的这个编号属于另一个人；若系误录，请先在那里移除。',
    'Another person has this id in that system; where that is a mistake, remove it there first.',
  ],
  'alias.unknown': ['没有这个编号，可能已被移除。', 'There is no such id; it may be removed.'],
  'personnel.joined-file': [
    '这个工号的档案已并入另一份档案，不能据此办理离职；请在保留的档案上办理，或撤销合并。',
    'The file of this number was joined with another one: enter it at that file, or undo the joining.',
  ],
  'personnel.host-unknown': [
    '来源系统写明的接待人没有档案。请先录入该人员，或改正工号。',
    'The host that the system states has no file: enter that person, or correct the number.',
  ],
  'personnel.valid-until-past': [
    '来源系统写明的最后一天已经过去。请改正日期，或按离职上报。',
    'The last day that the system states is past: correct it, or state that the person left.',
  ],
  'personnel.unknown': ['没有这条记录。', 'There is no such statement.'],
  'personnel.same-instant': [
    '该系统在同一时刻对此人另有报告。',
    'The system stated something else of this person at the same instant.',
  ],
  'personnel.ahead': [
    '该系统的时钟快了，请校准。',
    'The clock of the system is ahead: set it right.',
  ],
  'personnel.department-unknown': [
    '没有这个部门，或名称不唯一。请在“部门与场所”中登记，然后重试。',
    'There is no such department, or more than one. Enter it under Places, then try again.',
  ],
  'personnel.other-name': [
    '该工号已属于另一姓名的人。确为同一人时，请在其档案中添加外部编号，然后重试。',
    'The number is that of a person with another name. Where both are one, add the id in their file, then try again.',
  ],
  'personnel.other-id': [
    '该系统对此人已有另一编号。原编号已停用（如重新入职）时，请在其档案中移除，然后重试。',
    'The system has another id for this person. Where that is over, as after a rehiring, remove it in the file, then try again.',
  ],
  'personnel.not-refused': [
    '这条记录已处理，请刷新。',
    'The statement was handled meanwhile; reload the list.',
  ],
});
