import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords(
  {
    title: '人员统计',
    hint: '只有人数，没有个人。',
    by: {
      department: '按部门',
      post: '按岗位',
      status: '按状态',
      'hired-year': '按入职年份',
    },
    statuses: { active: '在岗', left: '已离职' },
    unknown: '未填写',
    group: '分组',
    count: '人数',
    hidden: (least: number) => `少于 ${least} 人`,
    hiddenHint: (n: number, least: number) =>
      `有 ${n} 个组不显示人数：少于 ${least} 人的组，以及能推算出它的组。最小人数由个人信息保护负责人设置。`,
    total: '合计',
    totalHidden: '合计不显示',
    empty: '没有可统计的人员',
    emptyHint: '你的权限范围内还没有人员档案。',
  },
  {
    title: 'People statistics',
    hint: 'Numbers only, nobody in particular.',
    by: {
      department: 'By department',
      post: 'By post',
      status: 'By state',
      'hired-year': 'By year of hiring',
    },
    statuses: { active: 'Works here', left: 'Has left' },
    unknown: 'Not filled in',
    group: 'Group',
    count: 'People',
    hidden: (least: number) => `fewer than ${least}`,
    hiddenHint: (n: number, least: number) =>
      `Groups without a number: ${n}. They have fewer than ${least} people, or would tell of one that has. The privacy officer sets the least size.`,
    total: 'Total',
    totalHidden: 'The total is not shown',
    empty: 'Nobody to count',
    emptyHint: 'There are no people on record that you may see.',
  },
);
