import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'area.kind-unknown': [
    '没有这种区域类别，或已停用，请另选一种。',
    'There is no such kind of areas, or it is not in use: choose another.',
  ],
  'badge.on-vehicle': [
    '该标签装在车辆上，请先从车辆取下。',
    'The tag is on a vehicle: take it off first.',
  ],
  'person.host-unknown': [
    '这个人不能作接待人：请选一名在职、不是访客的人员，且不能是本人。',
    'This person cannot be the host: choose an active person of the company, no visitor and not the person themselves.',
  ],
  'person.supplier-unknown': [
    '供应商名录中没有这家单位，或此人不是承包商人员：请选择名录中的供应商，或只填写单位名称。',
    'There is no such supplier, or the person is no contractor: choose a supplier of the register, or write the company alone.',
  ],
  'person.step-unknown': [
    '这项计划已执行或已撤回，请重新打开档案。',
    'This plan was carried out or taken back meanwhile: open the file again.',
  ],
  'person.step-stated': [
    '这项计划由人事系统报告，请在人事系统中更正。',
    'A personnel system stated this plan: have it corrected there.',
  ],
  'badge.unknown': ['这张工牌已经了结。', 'This badge is settled already.'],
  'person.visitor-needs-end': ['访客必须填写有效期。', 'A visitor needs a last day.'],
  'badge.taken': [
    '这张工牌正由另一人使用，请先收回。',
    'Another person wears this badge: take it back first.',
  ],
});
