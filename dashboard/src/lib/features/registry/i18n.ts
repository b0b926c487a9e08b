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
