import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['证据封存', 'Evidence holds'],
  hint: [
    '被封存事件的录像与抓拍到期也不删除，直到解除封存。',
    'Clips and snapshots of a held incident stay beyond their term, until the hold is lifted.',
  ],
  empty: ['没有封存的证据', 'No evidence is held'],
  emptyHint: [
    '在违章复核中打开一个事件，即可封存其证据。',
    'Open an incident in the review to hold its evidence.',
  ],
  state: ['状态', 'State'],
  anyState: ['全部', 'All'],
  states: {
    holding: ['封存中', 'Held'],
    due: ['待复查', 'To review'],
    lifted: ['已解除', 'Lifted'],
  },
  counts: [
    (holding: number, due: number) => `封存中 ${holding} · 待复查 ${due}`,
    (holding: number, due: number) => `${holding} held · ${due} to review`,
  ],
  incident: ['事件', 'Incident'],
  gone: ['事件已不存在', 'The incident is gone'],
  reason: ['原因', 'Reason'],
  reasonHint: ['例如：劳动争议、事故调查、诉讼', 'Such as: a dispute, an investigation, a lawsuit'],
  reviewOn: ['复查日期', 'Review date'],
  reviewHint: ['当天会通知有权解除封存的人。', 'On that day those who may lift it get a notice.'],
  setBy: ['封存人', 'Set by'],
  held: [
    (who: string, at: string) => `由${who}于 ${at} 封存`,
    (who: string, at: string) => `Held by ${who}, ${at}`,
  ],
  review: [(day: string) => `复查日期 ${day}`, (day: string) => `review on ${day}`],
  due: ['已到复查日期', 'Its review is due'],
  lifted: [
    (who: string, at: string) => `由${who}于 ${at} 解除`,
    (who: string, at: string) => `Lifted by ${who}, ${at}`,
  ],
  notHeld: ['未封存：到保存期限后删除', 'Not held: it is removed at the end of its term'],
  set: ['封存证据…', 'Hold the evidence…'],
  setTitle: ['封存该事件的证据', 'Hold the evidence of this incident'],
  setHint: [
    '封存期间，到期清理会保留这些证据并注明。',
    'While it is held, purges leave this evidence and say so.',
  ],
  setAction: ['封存', 'Hold'],
  setDone: ['证据已封存', 'The evidence is held'],
  change: ['复查…', 'Review…'],
  changeTitle: ['复查封存', 'Review the hold'],
  changeDone: ['复查日期已更新', 'The review date is moved'],
  lift: ['解除封存', 'Lift the hold'],
  liftText: [
    '此后证据按保存期限删除；已过期的将在下次清理时删除。',
    'From then on the evidence goes at the end of its term; what is over it goes with the next purge.',
  ],
  liftReason: ['解除原因', 'Why it is lifted'],
  liftDone: ['已解除封存', 'The hold is lifted'],
});
