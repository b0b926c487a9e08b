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
  'person.visitor-needs-end': ['访客必须填写有效期。', 'A visitor needs a last day.'],
  'badge.taken': [
    '这张工牌正由另一人使用，请先收回。',
    'Another person wears this badge: take it back first.',
  ],
});
