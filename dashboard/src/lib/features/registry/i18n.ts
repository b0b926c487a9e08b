import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  dusty: [
    '粉尘场所（摄像机与传感器须 IP67 及以上）',
    'Dusty place: cameras and sensors need IP67 or better',
  ],
  kind: ['人员类别', 'Kind'],
  allKinds: ['全部类别', 'All kinds'],
  kinds: {
    employee: ['员工', 'Employee'],
    contractor: ['承包商', 'Contractor'],
    visitor: ['访客', 'Visitor'],
    trainee: ['实习生', 'Trainee'],
  },
  company: ['所属单位', 'Company'],
  host: ['接待人', 'Host'],
  hostHint: ['按姓名或工号查找', 'Find by name or number'],
  validUntil: ['有效期至', 'Valid until'],
  validUntilHint: [
    '到当天结束；之后门禁、围栏和上岗一律拒绝。',
    'To the end of that day; after it gates, fences and posts refuse the person.',
  ],
  over: ['已过期', 'over'],
  firstDay: ['生效首日', 'First day there'],
  lastDay: ['最后工作日', 'Last day of work'],
  ends: {
    label: ['账号与工牌何时失效', 'When account and badges end'],
    'after-last-day': ['最后工作日结束后', 'When the last day is over'],
    now: ['立即', 'Now'],
  },
  planned: ['计划的变动', 'Planned changes'],
  noSteps: ['没有计划的变动', 'Nothing is planned'],
  plans: {
    leave: [(day: string) => `${day} 后离职`, (day: string) => `Leaves after ${day}`],
    move: [(day: string) => `${day} 起调动`, (day: string) => `Moves on ${day}`],
    join: [(day: string) => `${day} 入职`, (day: string) => `Joins on ${day}`],
  },
  plannedBy: [(by: string) => `由 ${by} 安排`, (by: string) => `planned by ${by}`],
  statedBy: [(system: string) => `由 ${system} 报告`, (system: string) => `stated by ${system}`],
  notDone: ['未能执行', 'Not made'],
  takeBack: ['撤回', 'Take back'],
  takeBackTitle: ['撤回这项计划？', 'Take back this plan?'],
  takeBackText: ['岗位与权限保持不变。', 'Post and rights stay as they are.'],
  waits: [
    (day: string) => `已安排，${day} 生效；在此之前一切不变。`,
    (day: string) => `It is planned and takes effect on ${day}. Until then all stays as it is.`,
  ],
  openAtLeaving: ['离职时尚未了结', 'Open at leaving'],
  nothingOpen: ['没有未了结的事项', 'Nothing is open'],
  more: [(n: number) => `另有 ${n} 项`, (n: number) => `and ${n} more`],
  owed: ['离职未还的工牌', 'Badges not returned at leaving'],
  owedSince: [(day: string) => `${day} 离职`, (day: string) => `left on ${day}`],
  settle: {
    returned: ['已归还', 'Returned'],
    locked: ['锁定', 'Lock'],
    'written-off': ['核销', 'Write off'],
  },
  settleTitle: [
    (badge: string) => `了结工牌 ${badge}？`,
    (badge: string) => `Settle badge ${badge}?`,
  ],
  settleText: [
    '之后不再提醒收回这张工牌。',
    'Its return is not asked for any more.',
  ],
  sealedSearch: {
    open: ['按手机号或证件号查找', 'Find by phone or ID number'],
    title: ['按手机号或证件号查找', 'Find by phone or ID number'],
    hint: [
      '须输入完整的号码。号码加密保存，查找会记入审计日志。',
      'The whole number is needed. Numbers are kept encrypted, and the search leaves a line in the audit log.',
    ],
    field: ['查找依据', 'Find by'],
    value: ['完整号码', 'Whole number'],
    ask: ['查找', 'Find'],
    nobody: ['没有找到', 'No person found'],
  },
  outline: {
    title: ['在平面图上画边界', 'Draw the outline on the plan'],
    corner: [(n: number) => `第 ${n} 个角点`, (n: number) => `Corner ${n}`],
    add: ['加一个角点', 'Add a corner'],
    clear: ['清除边界', 'Clear the outline'],
    hint: [
      '沿区域边界依次点击；角点可拖动，或选中后用方向键移动（每次 0.1 米，按住 Shift 为 1 米），Delete 删除。',
      'Click along the border, corner by corner. Drag a corner, or choose it and use the arrow keys (0.1 m; 1 m with Shift); Delete removes it.',
    ],
  },
});
