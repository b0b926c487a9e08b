import type { Bilingual } from '@anshi/contracts';
import type { FileRecipient } from '../../platform/file-sections.ts';

/** The titles by recipient. They are public on the verification page, so they contain no name. */
export const documentTitles: Record<FileRecipient, Bilingual> = {
  person: { zh: '人员安全档案（本人）', en: 'Safety file of a person, own copy' },
  internal: { zh: '人员安全档案（企业内部）', en: 'Safety file of a person, internal' },
  outside: { zh: '人员安全档案（对外）', en: 'Safety file of a person, for outside' },
};

/** The fixed words of the document. */
export const documentWords = {
  zh: {
    title: '人员安全档案',
    company: '企业',
    recipient: '接收方',
    recipients: { person: '本人', internal: '企业内部', outside: '外部单位' },
    purpose: '用途',
    ownPurpose: '本人留存',
    printedBy: '打印人',
    printedAt: '打印时间',
    period: '统计与时间线期间',
    to: ' 至 ',
    between: '：',
    summary: (at: string) => `摘要（${at} 的状态，此后须重新查验）`,
    timeline: '时间线',
    noEvents: '此期间没有记录。',
    more: (shown: number) => `此期间的记录多于 ${shown} 条：仅列出最近的 ${shown} 条。`,
    outside: '对外版本：不含健康信息、电话、身份证号与内部记录；其他人员的姓名以 *** 代替。',
    internal: '限企业内部使用。密封信息（身份证号、电话）除注明外均已遮盖。',
    person: '供本人留存。他人无法从本文件得到您的密封信息（身份证号、电话）。',
  },
  en: {
    title: 'Safety file of a person',
    company: 'Company',
    recipient: 'For',
    recipients: { person: 'the person', internal: 'within the company', outside: 'outside' },
    purpose: 'Purpose',
    ownPurpose: 'own copy',
    printedBy: 'Printed by',
    printedAt: 'Printed at',
    period: 'Period of counts and timeline',
    to: ' to ',
    between: ': ',
    summary: (at: string) => `Summary (as of ${at}; ask again after that)`,
    timeline: 'Timeline',
    noEvents: 'There is nothing on record in this period.',
    more: (shown: number) =>
      `There are more than ${shown} events in this period: the latest ${shown} are listed.`,
    outside:
      'For outside: without health, phone, ID number and internal records; names of other people are replaced by ***.',
    internal:
      'For use within the company. Sealed fields (ID number, phone) are masked unless they were revealed for this print.',
    person: 'Own copy. Your sealed fields (ID number, phone) are masked in it.',
  },
} as const;
