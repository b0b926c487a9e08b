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
  'badge.taken': [
    '这张工牌正由另一人使用，请先收回。',
    'Another person wears this badge: take it back first.',
  ],
});
