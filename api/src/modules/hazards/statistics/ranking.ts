import type { WeakLink } from './schema.ts';

/** Counts of a place and type, or of a department. */
export type LinkCount = Pick<
  WeakLink,
  'area' | 'type' | 'department' | 'count' | 'major' | 'recurred' | 'overdue' | 'meanHours'
>;

const SHARES = { frequency: 0.4, recurrence: 0.25, overdue: 0.2, duration: 0.15 };
/** Weight of a major hazard relative to a general one. */
const MAJOR = 3;

const weighted = ({ count, major }: LinkCount) => count + (MAJOR - 1) * major;

/** Ranks by the published formula; the reasons are the largest terms of each score. */
export function rankLinks(kind: WeakLink['kind'], counts: readonly LinkCount[]): WeakLink[] {
  const most = Math.max(1, ...counts.map(weighted));
  const longest = Math.max(1, ...counts.map(({ meanHours }) => meanHours ?? 0));
  return counts
    .map((one) => {
      const parts = {
        frequency: SHARES.frequency * (weighted(one) / most),
        recurrence: SHARES.recurrence * (one.recurred / one.count),
        overdue: SHARES.overdue * (one.overdue / one.count),
        duration: SHARES.duration * ((one.meanHours ?? 0) / longest),
      };
      const score = 100 * Object.values(parts).reduce((sum, part) => sum + part, 0);
      return { one, parts, score: Math.round(score * 10) / 10 };
    })
    .sort((a, b) => b.score - a.score || b.one.count - a.one.count)
    .map(({ one, parts, score }, position) => ({
      rank: position + 1,
      kind,
      area: one.area,
      type: one.type,
      department: one.department,
      count: one.count,
      major: one.major,
      recurred: one.recurred,
      overdue: one.overdue,
      meanHours: one.meanHours,
      score,
      reasons: reasonsOf(one, parts),
    }));
}

function reasonsOf(
  one: LinkCount,
  parts: Record<keyof typeof SHARES, number>,
): WeakLink['reasons'] {
  const percent = (part: number) => Math.round((100 * part) / one.count);
  const said = {
    frequency: {
      zh: `发生 ${one.count} 起${one.major > 0 ? `，其中重大 ${one.major} 起` : ''}`,
      en: `${one.count} ${one.count === 1 ? 'hazard' : 'hazards'}${one.major > 0 ? `, ${one.major} of them major` : ''}`,
    },
    recurrence: {
      zh: `${one.recurred} 起在销号后 90 天内复发（${percent(one.recurred)}%）`,
      en: `${one.recurred} came back within 90 days after closing (${percent(one.recurred)} %)`,
    },
    overdue: {
      zh: `${one.overdue} 起超期（${percent(one.overdue)}%）`,
      en: `${one.overdue} overdue (${percent(one.overdue)} %)`,
    },
    duration: {
      zh: `平均闭环 ${Math.round(one.meanHours ?? 0)} 小时`,
      en: `${Math.round(one.meanHours ?? 0)} h to the closing on average`,
    },
  };
  return (Object.keys(SHARES) as (keyof typeof SHARES)[])
    .filter((part) => parts[part] > 0)
    .sort((a, b) => parts[b] - parts[a])
    .slice(0, 3)
    .map((part) => said[part]);
}
