import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices, Severity } from '../../platform/notices/types.ts';
import { codeTexts, type FenceCode, wordsOf } from './words.ts';

/** The same person, or badge, at the same fence is no news within this, ms. */
const AGAIN_MS = 10 * 60_000;

/** Notifies those in charge of the place and of the person, and the person. */
export type FenceTell = (unit: Unit, id: string) => Promise<void>;

/**
 * Those who review at the person's department or site read the name; those of the place read what happened without it. The
 * person reads all reasons and what to do.
 */
export const createTell =
  (notices: Notices): FenceTell =>
  async (unit, id) => {
    const { tx } = unit;
    const event = await tx.fenceEvent.findFirst({ where: { id } });
    if (!event) return;
    const { fenceId, badge, personId, begunAt, openedAt, kind } = event;
    const before = await tx.fenceEvent.findFirst({
      where: {
        fenceId,
        id: { not: id },
        toldAt: { gt: new Date(openedAt.getTime() - AGAIN_MS) },
        ...(personId === null ? { badge } : { personId }),
      },
      select: { id: true },
    });
    if (before) return;
    const area = await tx.area.findFirst({
      where: { id: event.areaId },
      select: { name: true, site: true, departmentId: true },
    });
    const name = (area?.name as Bilingual | undefined) ?? { zh: event.areaId, en: event.areaId };
    const person = personId
      ? await tx.person.findFirst({
          where: { id: personId },
          select: { name: true, departmentId: true, department: { select: { site: true } } },
        })
      : null;
    const place = { department: area?.departmentId ?? null, site: area?.site ?? null };
    const own = personId ? await accountsOf(tx, personId) : [];
    const ofPlace = await holdersWithin(tx, 'fence:review', place);
    const ofPerson = person
      ? await holdersWithin(tx, 'fence:review', {
          department: person.departmentId,
          site: person.department.site,
        })
      : ofPlace;
    const isEntry = kind === 'entry';
    const at = timeMark(begunAt);
    const codes = event.codes as FenceCode[];
    const common = {
      kind: isEntry ? 'fence.intrusion' : 'fence.left',
      severity: event.severity as Severity,
      body: {
        zh: `自 ${at} 起。${codes.map((code) => codeTexts[code].zh).join('')}`,
        en: `Since ${at}. ${codes.map((code) => codeTexts[code].en).join(' ')}`,
      },
      link: noticeLink(isEntry ? 'fence.intrusion' : 'fence.left', id),
      subject: { entity: 'fence-event', id },
      sameRecipients: true,
    } as const;
    const title = (who: Bilingual): Bilingual =>
      isEntry
        ? {
            zh: `${who.zh}无权进入：${name.zh}`,
            en: `${who.en} is in an area without the right: ${name.en}`,
          }
        : {
            zh: `${who.zh}离开了指定区域：${name.zh}`,
            en: `${who.en} left the assigned area: ${name.en}`,
          };
    const someone = { zh: '有人', en: 'A person' };
    const known = person
      ? { zh: person.name, en: person.name }
      : { zh: `工牌 ${badge} `, en: `The badge ${badge}` };
    const groups = [
      [ofPerson, known],
      [ofPlace.filter((user) => !ofPerson.includes(user)), someone],
    ] as const;
    for (const [users, who] of groups) {
      const to = users.filter((user) => !own.includes(user));
      if (to.length > 0)
        await notices.notify(unit, { ...common, to, title: title(who), sameWithinMinutes: 0 });
    }
    if (own.length > 0) {
      const reasons = (event.reasons as { code: string }[]).map(({ code }) => wordsOf(code));
      await notices.notify(unit, {
        ...common,
        to: own,
        kind: 'fence.own',
        title: isEntry
          ? {
              zh: `您无权在此区域：${name.zh}，请离开`,
              en: `You have no right to be in ${name.en}: leave it`,
            }
          : { zh: `您离开了指定区域：${name.zh}`, en: `You left the assigned area: ${name.en}` },
        body: {
          zh: reasons.map(({ text, cure }) => text.zh + (cure?.zh ?? '')).join(''),
          en: reasons.map(({ text, cure }) => `${text.en} ${cure?.en ?? ''}`).join(' '),
        },
        link: noticeLink('fence.own', id),
      });
    }
    await tx.fenceEvent.updateMany({ where: { id }, data: { toldAt: new Date() } });
  };
