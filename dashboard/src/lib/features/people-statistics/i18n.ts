import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['人员统计', 'People statistics'],
  hint: ['只有人数，没有个人。', 'Numbers only, no individuals.'],
  by: {
    department: ['按部门', 'By department'],
    post: ['按岗位', 'By post'],
    status: ['按状态', 'By state'],
    'hired-year': ['按入职年份', 'By year of hiring'],
  },
  statuses: { active: ['在岗', 'Works here'], left: ['已离职', 'Has left'] },
  unknown: ['未填写', 'Not filled in'],
  group: ['分组', 'Group'],
  count: ['人数', 'People'],
  hidden: [(least: number) => `少于 ${least} 人`, (least: number) => `fewer than ${least}`],
  hiddenHint: [
    (n: number, least: number) =>
      `有 ${n} 个组不显示人数：少于 ${least} 人的组，以及能推算出它的组。最小人数由个人信息保护负责人设置。`,
    (n: number, least: number) =>
      `Groups without a number: ${n}. They have fewer than ${least} people, or would tell of one that has. The privacy officer sets the least size.`,
  ],
  total: ['合计', 'Total'],
  totalHidden: ['合计不显示', 'The total is not shown'],
  empty: ['没有可统计的人员', 'No people to count'],
  emptyHint: ['你的权限范围内还没有人员档案。', 'There are no people on record that you may see.'],
});
