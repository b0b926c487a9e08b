import type { FileRow, FileSection } from '../../platform/file-sections.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { factOf, withSuspensions } from './person-facts.ts';
import { type QualificationType, stateAt } from './state.ts';
import { readCategories, typeNames } from './words.ts';

const words = {
  zh: {
    states: {
      valid: '有效',
      'not-yet': '未生效',
      suspended: '已暂停',
      revoked: '已吊销',
      expired: '已过期',
      waiting: '待审核',
    },
    results: { fit: '适合', restricted: '有限制', unfit: '不适合' },
    from: (day: string) => `${day} 起`,
    until: (day: string) => `至 ${day}`,
    noEnd: '长期',
    review: (day: string) => `复审截止 ${day}`,
    extended: '经发证机关同意延长复审',
    level: (n: number) => `${n} 级`,
    number: (text: string) => `证号 ${text}`,
    result: (text: string) => `结论：${text}`,
    waiting: '待审核的资质',
    none: '没有资质记录。',
  },
  en: {
    states: {
      valid: 'valid',
      'not-yet': 'not valid yet',
      suspended: 'suspended',
      revoked: 'revoked',
      expired: 'expired',
      waiting: 'to be checked',
    },
    results: { fit: 'fit', restricted: 'restricted', unfit: 'unfit' },
    from: (day: string) => `from ${day}`,
    until: (day: string) => `until ${day}`,
    noEnd: 'no end',
    review: (day: string) => `review due ${day}`,
    extended: 'review extended by the authority',
    level: (n: number) => `level ${n}`,
    number: (text: string) => `No. ${text}`,
    result: (text: string) => `result: ${text}`,
    waiting: 'Qualifications to be checked',
    none: 'No qualification is on record.',
  },
} as const;

/**
 * Certificates, skills and medical checks with their days and states. Of a medical check only the result, and nothing
 * for those outside; these get no number either that holds an identity number.
 */
export const fileSections: readonly FileSection[] = [
  {
    id: 'qualifications',
    name: { zh: '资质', en: 'Qualifications' },
    permission: 'qualification:read',
    feature: 'qualifications',
    order: 30,
    async read(tx, { person, recipient, language, at, timeZone, user, services }) {
      const t = words[language];
      const isOutside = recipient === 'outside';
      const rows = await tx.qualification.findMany({
        where: {
          personId: person,
          status: { in: isOutside ? ['counted'] : ['counted', 'waiting'] },
          ...(isOutside ? { type: { not: 'fitness' } } : {}),
        },
        include: withSuspensions,
        orderBy: [{ type: 'asc' }, { validFrom: 'desc' }, { id: 'asc' }],
      });
      const categories = await readCategories(tx);
      const numbers = services.get('qualificationNumbers');
      const shown: FileRow[] = [];
      for (const row of rows) {
        const fact = factOf(row);
        const state = row.status === 'waiting' ? 'waiting' : stateAt(fact, at, timeZone).state;
        const number =
          isOutside && row.numberSealed !== null ? null : await numbers.shown(tx, user.tenant, row);
        const reviewDue = dayText(row.reviewDueOn);
        const type = row.type as QualificationType;
        const parts = [
          t.states[state],
          typeNames[type][language],
          ...(fact.result === null ? [] : [t.result(t.results[fact.result])]),
          ...(fact.level === null ? [] : [t.level(fact.level)]),
          t.from(fact.validFrom),
          fact.validUntil === null ? t.noEnd : t.until(fact.validUntil),
          ...(reviewDue === null ? [] : [t.review(reviewDue)]),
          ...(row.reviewExtendedUntil === null ? [] : [t.extended]),
          ...(number === null ? [] : [t.number(number)]),
          ...(row.issuer === null ? [] : [row.issuer]),
        ];
        shown.push([categories.name(type, row.category)[language], parts.join(' · ')]);
      }
      const waiting = rows.filter(({ status }) => status === 'waiting').length;
      return {
        summary:
          waiting === 0
            ? []
            : [
                {
                  id: 'waiting',
                  label: t.waiting,
                  value: String(waiting),
                  isOpen: true,
                },
              ],
        blocks:
          shown.length === 0 ? [{ type: 'text', text: t.none }] : [{ type: 'facts', rows: shown }],
      };
    },
  },
];
