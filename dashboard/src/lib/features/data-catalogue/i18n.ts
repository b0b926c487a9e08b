import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  entity: ['数据', 'Records of'],
  records: ['条数', 'Number'],
  sources: ['来源系统', 'From'],
  changedAt: ['最近变化', 'Last change'],
  references: ['引用', 'Refers to'],
  empty: ['目录为空', 'The catalogue is empty'],
  lineage: ['一条记录的来历', 'Where a record came from'],
  lineageHint: [
    '输入记录的编号，看它来自哪个系统、谁在何时改过、告诉过哪些外部系统。查看会记入审计日志。',
    'With the id of a record: the system it came from, who changed it and when, and what other systems were told. Looking it up leaves a line in the audit log.',
  ],
  id: ['记录编号', 'Id of the record'],
  ask: ['查询来历', 'Look it up'],
  source: ['来自', 'From'],
  changes: ['修改', 'Changes'],
  changesSince: [
    (at: string) => `只列出 ${at} 之后的修改，更早的请到审计日志查询。`,
    (at: string) => `Only changes after ${at}; for earlier ones see the audit log.`,
  ],
  noChanges: ['没有修改记录', 'No changes on record'],
  told: ['告诉过外部的事件', 'Events that others were told'],
  toldSince: [
    (at: string) => `${at} 之前的事件已按期清除。`,
    (at: string) => `Events before ${at} were removed at the end of their term.`,
  ],
  noTold: ['没有发出过事件', 'No events were sent'],
  system: ['系统', 'the system'],
});
