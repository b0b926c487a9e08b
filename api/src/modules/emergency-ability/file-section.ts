import type { FileRow, FileSection } from '../../platform/file-sections.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { factOf, readKinds, rowsOf } from './records.ts';
import { missingOf, stateOf } from './state.ts';
import { methodTexts } from './words.ts';

const words = {
  zh: {
    states: { valid: '有效', expired: '已到期' },
    levels: ['1 在指导下', '2 能独立处置', '3 压力下可靠', '4 能带领他人'],
    score: (n: number) => `${n} 分`,
    days: (from: string, until: string) => `${from} 评估，有效至 ${until}`,
    by: (name: string) => `评估人 ${name}`,
    missing: '欠缺的应急能力',
    atLeast: (kind: string, level: number) => `${kind}（不低于 ${level} 级）`,
    none: '没有应急能力评估记录。',
  },
  en: {
    states: { valid: 'valid', expired: 'ended' },
    levels: ['1 under instruction', '2 alone', '3 reliable under stress', '4 leads others'],
    score: (n: number) => `score ${n}`,
    days: (from: string, until: string) => `assessed on ${from}, valid until ${until}`,
    by: (name: string) => `assessed by ${name}`,
    missing: 'Missing for emergencies',
    atLeast: (kind: string, level: number) => `${kind} (level ${level} or higher)`,
    none: 'No assessment is on record.',
  },
} as const;

/** What the person can do in an emergency: the newest assessment of each kind. Those outside get no assessor. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'emergency',
    name: { zh: '应急能力', en: 'Emergency ability' },
    permission: 'emergency:read',
    feature: 'qualifications',
    order: 40,
    async read(tx, { person, recipient, language, at, timeZone }) {
      const t = words[language];
      const today = dayAt(at, timeZone);
      const rows = await rowsOf(tx, [person]);
      const facts = rows.map(factOf);
      const kinds = await readKinds(tx);
      const shown = rows.flatMap((row): FileRow[] => {
        const fact = factOf(row);
        const state = stateOf(fact, facts, today);
        if (state === 'replaced' || state === 'revoked') return [];
        const parts = [
          t.states[state],
          t.levels[fact.level - 1] ?? String(fact.level),
          methodTexts[row.method]?.[language] ?? row.method,
          ...(row.score === null ? [] : [t.score(row.score)]),
          t.days(fact.assessedOn, fact.validUntil),
          // Words of people may name others.
          ...(recipient === 'outside' ? [] : [t.by(row.assessor.name), row.source]),
        ];
        return [[kinds.name(row.kind)[language], parts.join(' · ')]];
      });
      const holder = await tx.person.findFirst({ where: { id: person }, select: { postId: true } });
      const needs = await tx.emergencyNeed.findMany({ where: { postId: holder?.postId ?? '' } });
      const missing = missingOf(needs, facts, today).map(({ kind, level }) =>
        t.atLeast(kinds.name(kind)[language], level),
      );
      return {
        summary:
          missing.length === 0
            ? []
            : [
                {
                  id: 'emergency-missing',
                  label: t.missing,
                  value: missing.join('\n'),
                  isOpen: true,
                },
              ],
        blocks:
          shown.length === 0 ? [{ type: 'text', text: t.none }] : [{ type: 'facts', rows: shown }],
      };
    },
  },
];
