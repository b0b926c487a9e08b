import type { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import { placeOf } from './places.ts';
import { type GateKind, type PublicCode, publicTexts } from './words.ts';

/** The same refusal again is no news within this, ms. */
const AGAIN_MS = 5 * 60_000;
/** A refusal that a gateway delivers later than this is no news, ms. */
const OLD_MS = 5 * 60_000;

/** Whether the same refusal of this card at this point was notified recently. */
async function wasToldBefore(tx: Transaction, row: Prisma.GateDecisionModel): Promise<boolean> {
  const { id, pointId, card, plate, personId, kind, target, decision, codes, decidedAt } = row;
  const before = await tx.gateDecision.findFirst({
    where: {
      pointId,
      card,
      plate,
      personId,
      kind,
      target,
      decision,
      codes: { equals: codes },
      id: { lt: id },
      decidedAt: { gt: new Date(decidedAt.getTime() - AGAIN_MS) },
    },
    select: { id: true },
  });
  return before !== null;
}

export type GateTell = ReturnType<typeof createTell>;

/** Notices to those in charge of the place, in public words only. */
export function createTell({
  notices,
  units,
  settings,
}: Pick<Platform, 'notices' | 'units' | 'settings'>) {
  const words = (codes: readonly PublicCode[], language: keyof Bilingual) =>
    codes.map((code) => publicTexts[code][language]).join(' ');

  return {
    /**
     * Of a refusal or a hold: to those who may override it, each another one; and to those who only read what happens
     * there, an hour of a point together. What a gateway refused longer ago is a summary: no person stands there any more.
     */
    async refused(unit: Unit, id: string): Promise<void> {
      const { tx } = unit;
      const row = await tx.gateDecision.findFirst({ where: { id }, include: { point: true } });
      if (!row) return;
      const kind = row.kind as GateKind;
      const place = await placeOf(tx, kind, row.target);
      const name = place.name ?? { zh: row.target, en: row.target };
      const deciders = await holdersWithin(tx, 'gate:override', place);
      const time = timeMark(row.decidedAt);
      const { deliveredAt } = row;
      if (deliveredAt && deliveredAt.getTime() - row.decidedAt.getTime() > OLD_MS) {
        await notices.notify(unit, {
          to: deciders,
          kind: 'gate.edge-refused',
          severity: 'info',
          title: {
            zh: `断网期间的拒绝已送达：${name.zh}`,
            en: `Refused while the API was away, and delivered now: ${name.en}`,
          },
          body: {
            zh: `其中最近一次：${time}。详情见“门禁与开机许可”。`,
            en: `The newest of them was at ${time}. They are listed at Gates.`,
          },
          link: noticeLink('gate.edge-refused', row.pointId),
          subject: { entity: 'gate-point', id: row.pointId },
          sameWithinMinutes: 60,
        });
        return;
      }
      if (await wasToldBefore(tx, row)) return;
      const person = row.personId
        ? await tx.person.findFirst({ where: { id: row.personId } })
        : null;
      const who = {
        zh: person?.name ?? row.plate ?? `工牌 ${row.card ?? '—'}`,
        en: person?.name ?? row.plate ?? `The card ${row.card ?? '—'}`,
      };
      const codes = row.codes as PublicCode[];
      const held = row.decision === 'hold';
      const when = deliveredAt
        ? { zh: `（网关于 ${time} 判断）`, en: ` (decided by the gateway at ${time})` }
        : { zh: '', en: '' };
      const title =
        kind === 'start'
          ? {
              zh: `${held ? '开机待确认' : '开机被拒绝'}：${name.zh}`,
              en: `${held ? 'A start waits' : 'A start was refused'}: ${name.en}`,
            }
          : {
              zh: `${held ? '进入待确认' : '进入被拒绝'}：${name.zh}`,
              en: `${held ? 'An entry waits' : 'An entry was refused'}: ${name.en}`,
            };
      const body = {
        zh: `${who.zh}：${words(codes, 'zh')}${when.zh}`,
        en: `${who.en}: ${words(codes, 'en')}${when.en}`,
      };
      await notices.notify(unit, {
        to: deciders,
        kind: 'gate.refused',
        severity: 'warning',
        title,
        body,
        link: noticeLink('gate.refused', id),
        subject: { entity: 'gate-decision', id },
      });
      const readers = await holdersWithin(tx, 'gate:read', place);
      await notices.notify(unit, {
        to: readers.filter((user) => !deciders.includes(user)),
        kind: 'gate.refused-there',
        severity: 'info',
        title: { zh: `有开机或进入被拒绝：${name.zh}`, en: `Refused or held: ${name.en}` },
        body: {
          zh: `${body.zh}（仅供了解；由有权放行者处理。）`,
          en: `${body.en} (For your information: those who may override it were told.)`,
        },
        link: noticeLink('gate.refused-there', id),
        subject: { entity: 'gate-point', id: row.pointId },
        sameWithinMinutes: 60,
      });
    },

    /** The right of an operator ended while the machine runs. */
    async rightEnded(
      unit: Unit,
      row: Prisma.GateSessionModel,
      codes: readonly PublicCode[],
      stops: boolean,
    ): Promise<void> {
      const { tx } = unit;
      const { machine, personId, decisionId } = row;
      const place = await placeOf(tx, 'start', machine);
      const name = place.name ?? { zh: machine, en: machine };
      const person = await tx.person.findFirst({ where: { id: personId } });
      const to = [
        ...(await holdersWithin(tx, 'gate:override', place)),
        ...(await accountsOf(tx, personId)),
      ];
      await notices.notify(unit, {
        to: [...new Set(to)],
        kind: 'gate.right-ended',
        severity: 'critical',
        title: {
          zh: `操作权限已失效，设备仍在运行：${name.zh}`,
          en: `The right of an operator ended while the machine runs: ${name.en}`,
        },
        body: {
          zh: `${person?.name ?? ''}：${words(codes, 'zh')}${stops ? '已请求受控停机。' : '设备不会被切断；请当面停机。'}`,
          en: `${person?.name ?? ''}: ${words(codes, 'en')} ${stops ? 'A controlled stop is asked for.' : 'It is not cut off: have it stopped there.'}`,
        },
        link: noticeLink('gate.right-ended', decisionId),
        subject: { entity: 'gate-session', id: row.id },
      });
    },

    /** A point asked for a machine or area that is not its own. */
    foreign: (device: string, target: string): Promise<void> =>
      units.run(systemCaller(settings.tenant), async (unit) => {
        const { tx } = unit;
        const point = await tx.gatePoint.findFirst({ where: { device } });
        if (!point) return;
        await notices.notify(unit, {
          to: await holdersWithin(tx, 'gate:manage', { department: null, site: null }),
          kind: 'gate.foreign',
          severity: 'warning',
          title: {
            zh: `“${device}”询问了不属于它的设备或区域`,
            en: `"${device}" asked for something that is not its own`,
          },
          body: {
            zh: `它询问了“${target}”，已拒绝。请核对其配置；若配置无误，请吊销其凭据。`,
            en: `It asked for "${target}" and was refused. Check its configuration; if that is right, revoke its credential.`,
          },
          link: noticeLink('gate.foreign', point.id),
          subject: { entity: 'gate-point', id: point.id },
          sameWithinMinutes: 60,
        });
      }),
  };
}
