import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['工牌更正', 'Badge corrections'],
  hint: [
    '工牌登记给错了人时在此更正。由该登记得出的姓名一并移动；复核人手工选定的不移动，只列出待核对。',
    'Mend here who wore a badge. All names that were found by it move; what a reviewer chose by hand is listed and stays.',
  ],
  find: ['查找工牌', 'Look a badge up'],
  findHint: ['输入完整的工牌编号', 'The whole name of the badge'],
  noBinding: ['没有登记过这个工牌。', 'This badge was never given to a person.'],
  since: ['自', 'From'],
  until: ['至', 'Until'],
  still: ['至今', 'still'],
  correct: ['更正', 'Correct'],
  right: ['实际佩戴人', 'Who wore it'],
  findPerson: ['姓名或工号', 'Name or number'],
  nobody: ['没有找到人员', 'No person was found'],
  from: ['从（留空：登记起始）', 'From (empty: its begin)'],
  to: ['至（留空：登记结束及之后）', 'Until (empty: its end, and on)'],
  preview: ['预览', 'Preview'],
  previewTitle: ['将移动的记录', 'What moves'],
  nothing: ['没有违章记录依赖这条登记。', 'No record of a violation depends on it.'],
  sessions: ['设备操作时段，工时计入实际佩戴人', 'Hours of operation that go to the wearer'],
  decisions: [
    (n: number) => `${n} 条凭该卡的开机与门禁结论保持原样，标明当时的持卡人，计入该人。`,
    (n: number) =>
      `${n} answers at doors and machines by this card stay as they are, say whose card it was, and count for that person.`,
  ],
  conditions: [
    (n: number) => `${n} 条工牌状态（如求助、无位置）移动，本人未同意的删除。`,
    (n: number) =>
      `${n} conditions of the badge, such as a call for help, move, or go where the wearer did not agree.`,
  ],
  later: {
    title: ['随后按各自规则处理：', 'What follows by its own rules:'],
    clockEvents: [
      (n: number) => `${n} 条打卡记录移动，本人未同意的删除`,
      (n: number) => `${n} clock events move, or go where the wearer did not agree`,
    ],
    fenceEvents: [
      (n: number) => `${n} 条围栏事件去掉姓名`,
      (n: number) => `${n} events at fences lose the name`,
    ],
    fenceEventsBack: [
      (n: number) => `${n} 条围栏事件恢复姓名`,
      (n: number) => `${n} events at fences have the name again`,
    ],
    vehicleEvents: [
      (n: number) => `${n} 条车辆记录去掉驾驶人`,
      (n: number) => `${n} records of vehicles lose the driver`,
    ],
    vehicleEventsBack: [
      (n: number) => `${n} 条车辆记录恢复驾驶人`,
      (n: number) => `${n} records of vehicles have the driver again`,
    ],
  },
  positions: [
    (n: number) => `${n} 条位置因本人未同意将被删除，撤销也不能恢复。`,
    (n: number) =>
      `${n} stored positions were not agreed to by this person: they are removed and do not come back.`,
  ],
  reason: ['理由', 'Reason'],
  confirm: ['确认更正', 'Correct all of it'],
  done: ['已更正，相关人员已收到通知。', 'Corrected; both people were told.'],
  undo: ['撤销更正', 'Undo'],
  undoTitle: ['撤销这次更正？', 'Undo this correction?'],
  undoText: [
    '现在依赖该登记的全部记录移回原处，包括此后新增和确认的，并再次通知相关人员。',
    'All that depends on it by now moves back, also what was recorded and confirmed since; both people are told again.',
  ],
  unlinked: [
    (n: number) => `该时段另有 ${n} 条此人的记录未注明依据哪个工牌，不会移动，请核对。`,
    (n: number) =>
      `${n} more records of this time have the wrong person and do not say by which badge: they do not move, check them.`,
  ],
  undone: ['已撤销', 'Undone'],
  inForce: ['有效', 'Stands'],
  made: ['已做的更正', 'Corrections made'],
  empty: ['还没有更正', 'No corrections yet'],
  was: [
    (badge: string, wrong: string, right: string) => `${badge}：${wrong} → ${right}`,
    (badge: string, wrong: string, right: string) => `${badge}: ${wrong} → ${right}`,
  ],
  counts: [
    (moves: number, goes: number, check: number) =>
      `移动 ${moves} 条，去掉姓名 ${goes} 条，待核对 ${check} 条`,
    (moves: number, goes: number, check: number) =>
      `${moves} moved, ${goes} without a name, ${check} to check`,
  ],
  notBack: [
    (n: number) => `${n} 条未移回，请核对`,
    (n: number) => `${n} did not move back: check them`,
  ],
  what: {
    moves: ['移动', 'Moves'],
    'name-goes': ['去掉姓名', 'The name goes'],
    check: ['不移动，请核对', 'Not moved, check'],
  },
  why: {
    'not-agreed': ['实际佩戴人未同意', 'The wearer did not agree to be named'],
    'own-verdict': ['由其本人复核，须重新复核', 'Confirmed by that person: to be reviewed anew'],
    chosen: ['复核人手工选定', 'Chosen by a reviewer by hand'],
    withdrawn: ['其姓名已经异议从该记录撤销', 'The name was withdrawn from it by an objection'],
    'two-places': [
      '同时在另一处被确认，须重新复核',
      'Confirmed in another place at the same time: to be reviewed anew',
    ],
    changed: ['更正后已变动', 'Changed since the correction'],
    'sign-on': [
      '凭该卡签到：实际佩戴人是否有资格是另一个问题',
      'By a sign-on with this card: whether the wearer may operate it is another question',
    ],
  },
  status: {
    pending: ['待复核', 'To review'],
    confirmed: ['确认违章', 'Confirmed'],
    dismissed: ['驳回', 'Dismissed'],
  },
  candidate: ['仅为候选', 'A candidate alone'],
  entry: ['已入档案', 'In the file'],
});
