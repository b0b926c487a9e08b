import { accountsOf, holdersOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';

/** A visit as notices tell of it. */
interface Told {
  id: string;
  hostId: string;
  company: string | null;
  toAt: Date;
  fromAt: Date;
  person: { name: string };
}
export type VisitTell = ReturnType<typeof createTell>;

/** Notices to hosts, to the reception and to those who manage the watch list. */
export function createTell(notices: Notices) {
  const nameOf = ({ person, company }: Told) => `${person.name}${company ? ` (${company})` : ''}`;

  async function send(
    unit: Unit,
    visit: Told,
    kind: 'visit.announced' | 'visit.arrived' | 'visit.overdue' | 'visit.blocked',
    to: readonly string[],
    texts: readonly [title: readonly [string, string], body: readonly [string, string]],
  ): Promise<void> {
    if (to.length === 0) return;
    const [[zh, en], [bodyZh, bodyEn]] = texts;
    await notices.notify(unit, {
      to: [...new Set(to)],
      kind,
      severity: kind === 'visit.overdue' || kind === 'visit.blocked' ? 'warning' : 'info',
      title: { zh, en },
      body: { zh: bodyZh, en: bodyEn },
      link: noticeLink(kind, visit.id),
      subject: { entity: 'visit', id: visit.id },
    });
  }

  return {
    /** To the host, where another account announced it. */
    async announced(unit: Unit, visit: Told): Promise<void> {
      const own = unit.caller.account?.id;
      const to = (await accountsOf(unit.tx, visit.hostId)).filter((id) => id !== own);
      const [from, end] = [timeMark(visit.fromAt), timeMark(visit.toAt)];
      await send(unit, visit, 'visit.announced', to, [
        [`有人来访：${nameOf(visit)}`, `A visitor comes to you: ${nameOf(visit)}`],
        [`计划 ${from} 至 ${end}。`, `Planned from ${from} to ${end}.`],
      ]);
    },

    async arrived(unit: Unit, visit: Told): Promise<void> {
      await send(unit, visit, 'visit.arrived', await accountsOf(unit.tx, visit.hostId), [
        [`访客已到：${nameOf(visit)}`, `Your visitor has arrived: ${nameOf(visit)}`],
        ['请到前台接待。', 'Please meet them at the reception.'],
      ]);
    },

    /** To the host and to the reception. */
    async overdue(unit: Unit, visit: Told): Promise<void> {
      const host = await unit.tx.person.findFirst({
        where: { id: visit.hostId },
        select: { departmentId: true, department: { select: { site: true } } },
      });
      const place = {
        department: host?.departmentId ?? null,
        site: host?.department.site ?? null,
      };
      const to = [
        ...(await accountsOf(unit.tx, visit.hostId)),
        ...(await holdersWithin(unit.tx, 'visit:receive', place)),
      ];
      await send(unit, visit, 'visit.overdue', to, [
        [`访客超时未离场：${nameOf(visit)}`, `Still on site: ${nameOf(visit)}`],
        [
          `计划 ${timeMark(visit.toAt)} 结束。请送离，或延长来访。`,
          `The visit was to end at ${timeMark(visit.toAt)}. See them out, or extend the visit.`,
        ],
      ]);
    },

    async blocked(unit: Unit, visit: Told): Promise<void> {
      await send(unit, visit, 'visit.blocked', await holdersOf(unit.tx, 'watch-list:manage'), [
        [`拒入名单命中：${nameOf(visit)}`, `The watch list found: ${nameOf(visit)}`],
        ['在裁定之前不得放行。', 'The visitor is not let in until you decide.'],
      ]);
    },
  };
}
