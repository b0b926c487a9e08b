import { holdersWithin } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { grouped } from '../../platform/kit/grouped.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { ConditionKind } from './conditions.ts';

/** A condition whose notice is not sent yet. */
export interface ToldCondition {
  id: string;
  badge: string;
  kind: ConditionKind;
  personId: string | null;
  begunAt: Date;
  person: string | null;
  department: string | null;
  site: string | null;
  /** The area that its badge was in just now, and when; null where it is not known, or may not be told. */
  area: Bilingual | null;
  placeAt: Date | null;
  /** Which reader or locating system heard it last; of silent ones. */
  reader: string | null;
}

/**
 * Least number of conditions that are grouped into one notice: silent badges of one reader (the reader or its network is down), and
 * badges of one site whose wearers have clocked out (lunch on the site).
 */
const TOGETHER = 5;

/** Kinds of conditions that are grouped, with the text of the grouped notice. */
const many: Partial<Record<ConditionKind, string>> = {
  silent: 'are not heard',
  'clocked-out': 'move after their wearers clocked out',
};

const titles = {
  silent: { zh: '工牌无位置', en: 'is not heard' },
  'low-battery': { zh: '工牌电量低', en: 'has a low battery' },
  sos: { zh: '工牌发出求助', en: 'calls for help' },
  'no-motion': { zh: '工牌报告无动作', en: 'reports no motion' },
  together: { zh: '两张工牌一起移动', en: 'wears a badge that moves as one with another' },
  still: { zh: '工牌长时间不动', en: 'has a badge that does not move' },
  unbound: { zh: '工牌没有佩戴人，却在移动', en: 'is bound to no person, and moves' },
  'clocked-out': { zh: '已打卡下班，工牌仍在移动', en: 'has clocked out, and the badge moves' },
  'contract-over': {
    zh: '合同或有效期已到期，工牌仍被读到',
    en: 'is beyond the last day of the contract, and the badge is read',
  },
  left: { zh: '离职人员的工牌被读到', en: 'has left, and the badge is read' },
  'hand-over': { zh: '工牌在画面中转交', en: 'has a badge that was handed over in view' },
} as const satisfies Record<ConditionKind, Bilingual>;

const kinds = {
  silent: 'badge.silent',
  'low-battery': 'badge.low-battery',
  sos: 'badge.sos',
  'no-motion': 'badge.no-motion',
  together: 'badge.odd',
  still: 'badge.odd',
  unbound: 'badge.odd',
  'clocked-out': 'badge.odd',
  'contract-over': 'badge.odd',
  left: 'badge.odd',
  'hand-over': 'badge.odd',
} as const;

const advice = {
  silent: {
    zh: '请确认其是否离开、工牌是否在身、读卡器是否正常。再次收到位置时自动结束。',
    en: 'Find out whether the wearer has left, wears the badge, and whether the readers work. It ends by itself once the badge is heard.',
  },
  'low-battery': { zh: '请更换电池或工牌。', en: 'Change the battery or the badge.' },
  sos: { zh: '请立即联系或前往。', en: 'Call or go there at once.' },
  'no-motion': {
    zh: '请立即确认其是否安全。',
    en: 'Find out at once whether the wearer is safe.',
  },
  together: {
    zh: '可能一人带着两张工牌。请当面核对，勿仅凭位置下结论。',
    en: 'One person may carry both. Look there; a position alone proves nothing.',
  },
  still: {
    zh: '工牌可能放在某处没有佩戴，或佩戴人一直坐着。请当面核对。',
    en: 'It may lie somewhere, or its wearer sits. Look there.',
  },
  unbound: { zh: '请收回，或登记其佩戴人。', en: 'Take it back, or enter who wears it.' },
  'clocked-out': {
    zh: '可能由他人佩戴，或其仍在现场。请当面核对，勿仅凭位置下结论。',
    en: 'Another person may wear it, or its wearer is still on site. Look there; a position alone proves nothing.',
  },
  'contract-over': {
    zh: '请收回该工牌，或延长其有效期或承包合同。',
    en: 'Take the badge back, or extend the last day of the person or the contract.',
  },
  left: { zh: '请收回该工牌。', en: 'Take the badge back.' },
  'hand-over': {
    zh: '请当面核对谁佩戴哪张工牌，然后在工牌页结案；此前这两张工牌都不作为姓名依据。',
    en: 'Look who wears which badge, then close it on the page of badges; until then neither badge gives a name.',
  },
} as const satisfies Record<ConditionKind, Bilingual>;

/** What a notice says after its title. */
function bodyOf(row: ToldCondition, isTogether: boolean): Bilingual {
  const at = timeMark(row.begunAt);
  const { area, placeAt, kind, reader } = row;
  const place = isTogether
    ? reader && { zh: `最后由 ${reader} 读到。`, en: `Last heard by ${reader}. ` }
    : area &&
      placeAt && {
        zh: `最后位置（${timeMark(placeAt)}）：${area.zh}。`,
        en: `Last place at ${timeMark(placeAt)}: ${area.en}. `,
      };
  return {
    zh: `自 ${at} 起。${place ? place.zh : ''}${advice[kind].zh}`,
    en: `Since ${at}. ${place ? place.en : ''}${advice[kind].en}`,
  };
}

/** The accounts that may see positions of these departments; of a hand-over those who can close it. */
async function watchersOf(tx: Transaction, rows: readonly ToldCondition[]): Promise<string[]> {
  const users = new Set<string>();
  for (const [row] of grouped(rows, ({ department }) => String(department)).values()) {
    if (!row) continue;
    const { department, site, kind } = row;
    const right = kind === 'hand-over' ? 'badge:acknowledge' : 'location:read';
    for (const user of await holdersWithin(tx, right, { department, site })) users.add(user);
  }
  return [...users];
}

/**
 * Tells those of the wearer's department, site or the whole who see positions there, and marks the conditions as told.
 *
 * @returns how many were told.
 */
export async function tellConditions(
  unit: Unit,
  notices: Pick<Notices, 'notify'>,
  rows: readonly ToldCondition[],
  now: Date,
): Promise<number> {
  if (rows.length === 0) return 0;
  const { tx } = unit;
  const groups = grouped(rows, (row) =>
    row.kind in many ? `${row.kind} ${row.site} ${row.reader}` : row.id,
  );
  for (const group of [...groups.values()]) {
    const [first] = group;
    if (!first) continue;
    const { kind } = first;
    const isTogether = kind in many && group.length >= TOGETHER;
    for (const row of isTogether ? [first] : group) {
      const name = isTogether
        ? { zh: `${group.length} 个工牌`, en: `${group.length} badges` }
        : { zh: row.person ?? row.badge, en: row.person ?? row.badge };
      const title = titles[kind];
      const verb = isTogether ? many[kind] : title.en;
      await notices.notify(unit, {
        to: await watchersOf(tx, isTogether ? group : [row]),
        kind: kinds[kind],
        severity: kind === 'sos' ? 'critical' : kind === 'low-battery' ? 'info' : 'warning',
        title: { zh: `${name.zh}：${title.zh}`, en: `${name.en} ${verb}` },
        body: bodyOf(row, isTogether),
        link: noticeLink(kinds[kind], row.id),
        // One of many is about no single badge: it stays when a consent is taken back.
        subject: isTogether ? null : { entity: 'badge-condition', id: row.id },
        first: true,
      });
    }
  }
  await tx.badgeCondition.updateMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    data: { toldAt: now },
  });
  return rows.length;
}
