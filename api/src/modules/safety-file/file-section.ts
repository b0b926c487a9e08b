import type { Bilingual } from '@anshi/contracts';
import { DateTime } from 'luxon';
import type { Block, DocumentLanguage } from '../../platform/documents/spec.ts';
import type { FileSection } from '../../platform/file-sections.ts';
import { reportWords } from './report-words.ts';
import { type EntryRow, stateOf, violationsInForce, withHistory } from './rows.ts';

/** Entries of one document; the register has all of them. */
const MOST = 200;

const words = {
  zh: {
    counting: '计入的违章',
    open: '待裁定的异议',
    reviewer: (name: string, at: string) => `复核 ${name} ${at}`,
    reviewed: (at: string) => `已复核 ${at}`,
    objection: (text: string) => `异议：${text}`,
    more: (n: number) => `另有 ${n} 条更早的记录，未列出。`,
  },
  en: {
    counting: 'Violations that count',
    open: 'Objections to be decided',
    reviewer: (name: string, at: string) => `reviewed by ${name}, ${at}`,
    reviewed: (at: string) => `reviewed ${at}`,
    objection: (text: string) => `objection: ${text}`,
    more: (n: number) => `${n} earlier ones are not listed.`,
  },
} as const;

/**
 * What reviewers confirmed, with the state of objections. Those outside get what counts, without the names of reviewers
 * and words that people wrote.
 */
export const fileSections: readonly FileSection[] = [
  {
    id: 'violations',
    name: { zh: '违章', en: 'Violations' },
    permission: 'violation:read',
    feature: 'monitoring',
    order: 50,
    async read(tx, { ids, recipient, language, timeZone, period }) {
      const t = words[language];
      const isOutside = recipient === 'outside';
      const where = {
        personId: { in: [...ids] },
        startedAt: { gte: period.from, lt: period.until },
        ...(isOutside ? { changes: { none: {} } } : {}),
      };
      const rows = await tx.safetyEntry.findMany({
        where,
        include: withHistory,
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: MOST,
      });
      const total = await tx.safetyEntry.count({ where });
      // The summary says what is so now, whatever the period of the list is.
      const open = await tx.violationObjection.count({
        where: { state: 'filed', entry: { personId: { in: [...ids] } } },
      });
      const counting = (await violationsInForce(tx, ids)).length;
      const instant = (at: Date) =>
        DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm');
      const blocks: Block[] = [];
      if (rows.length === 0) blocks.push({ type: 'text', text: reportWords[language].nothing });
      else {
        const items = rows.map((row) => lineOf(row, { isOutside, language, instant }));
        blocks.push({ type: 'list', items });
      }
      if (total > rows.length) {
        blocks.push({ type: 'text', text: t.more(total - rows.length), muted: true });
      }
      return {
        summary: [
          { id: 'violations', label: t.counting, value: String(counting), isOpen: counting > 0 },
          ...(open > 0
            ? [{ id: 'objections', label: t.open, value: String(open), isOpen: true }]
            : []),
        ],
        blocks,
      };
    },
  },
];

function lineOf(
  row: EntryRow,
  {
    isOutside,
    language,
    instant,
  }: { isOutside: boolean; language: DocumentLanguage; instant: (at: Date) => string },
): string {
  const [t, known] = [words[language], reportWords[language]];
  const inWords = (text: unknown) => (text as Bilingual)[language];
  const reviewed = instant(row.reviewedAt);
  const { objection } = row;
  const state = objection?.state as keyof typeof known.objections | undefined;
  return [
    `${instant(row.startedAt)}  ${inWords(row.kindName)}`,
    inWords(row.areaName ?? row.cameraName),
    known.states[stateOf(row)],
    isOutside ? t.reviewed(reviewed) : t.reviewer(inWords(row.reviewerName), reviewed),
    ...(state ? [t.objection(known.objections[state])] : []),
    ...(objection?.reason && !isOutside ? [objection.reason.replaceAll(/\s+/g, ' ')] : []),
  ].join(' · ');
}
