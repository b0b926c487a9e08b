import { DateTime } from 'luxon';
import type { FileSection } from '../../platform/file-sections.ts';
import { placesOf } from './person-places.ts';
import { seesNothing, seesOf } from './show.ts';
import { summaryOf } from './summary.ts';

/** Lines of what is missing; the page says the same. */
const MOST = 3;
/** Names of places in the summary; the section lists all. */
const MOST_NAMES = 6;

const words = {
  zh: {
    mayWork: '可上岗',
    of: (allowed: number, all: number) => `${all} 处中的 ${allowed} 处`,
    until: (at: string) => `，${at} 起可能变化`,
    such: (names: readonly string[], all: number) =>
      `${names.join('、')}${all > names.length ? ' 等' : ''}`,
    missing: '欠缺',
    nothing: '没有欠缺',
    more: (n: number) => `另有 ${n} 项`,
    allowed: '可上岗的岗位、设备与区域',
    none: '无',
  },
  en: {
    mayWork: 'May work at',
    of: (allowed: number, all: number) => `${allowed} of ${all} places`,
    until: (at: string) => `, may change from ${at} on`,
    such: (names: readonly string[], all: number) =>
      `${names.join(', ')}${all > names.length ? ' …' : ''}`,
    missing: 'What is missing',
    nothing: 'Nothing',
    more: (n: number) => `and ${n} more`,
    allowed: 'Posts, machines and areas where the person may work',
    none: 'none',
  },
} as const;

/** In the order of the language, to the day where it is midnight. */
export const instantText = (at: DateTime, language: keyof typeof words): string =>
  at.setLocale(language).toLocaleString({
    ...DateTime.DATE_MED,
    ...(at.hour === 0 && at.minute === 0 ? {} : DateTime.TIME_24_SIMPLE),
  });

/** Where the person may work, and what is missing. Those outside get the words that machines say: no health, no age. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'places',
    name: { zh: '上岗权限', en: 'Where they may work' },
    permission: 'match:read',
    feature: 'qualifications',
    order: 20,
    async read(tx, { person, at, recipient, services, user, language, timeZone }) {
      const row = await tx.person.findFirstOrThrow({
        where: { id: person },
        select: { id: true, departmentId: true, department: { select: { site: true } } },
      });
      const sees =
        recipient === 'outside'
          ? seesNothing
          : seesOf(user.account, { ...row, site: row.department.site });
      const items = await placesOf(tx, services.get('match'), { person, at, sees });
      if (items.length === 0) return { blocks: [] };
      const t = words[language];
      const { allowed, places, until, missing } = summaryOf(items);
      const ends = until && DateTime.fromISO(until, { zone: timeZone });
      const lines = missing.slice(0, MOST).map((one) => one[language]);
      if (missing.length > MOST) lines.push(t.more(missing.length - MOST));
      // Machines and areas first: where the work is.
      const order = ['machine', 'area', 'post'];
      const names = items
        .filter(({ decision }) => decision === 'allow')
        .sort((one, other) => order.indexOf(one.target) - order.indexOf(other.target))
        .map(({ name }) => name[language]);
      return {
        summary: [
          {
            id: 'may-work',
            label: t.mayWork,
            value:
              t.of(allowed, places) +
              (ends ? t.until(instantText(ends, language)) : '') +
              (names.length > 0 ? `\n${t.such(names.slice(0, MOST_NAMES), names.length)}` : ''),
          },
          {
            id: 'missing',
            label: t.missing,
            value: lines.length === 0 ? t.nothing : lines.join('\n'),
            isOpen: lines.length > 0,
          },
        ],
        blocks: [
          { type: 'text', text: t.allowed, muted: true },
          { type: 'list', items: names.length > 0 ? names : [t.none] },
        ],
      };
    },
  },
];
