import type { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { placeOf } from './places.ts';
import { type GateKind, type PublicCode, publicTexts } from './words.ts';

/** The same card at the same point again is no news within this, ms. */
const AGAIN_MS = 5 * 60_000;

export type GateTell = ReturnType<typeof createTell>;

/** Notices to those who may override at the place, in public words only. */
export function createTell({
  notices,
  units,
  settings,
}: Pick<Platform, 'notices' | 'units' | 'settings'>) {
  const words = (codes: readonly PublicCode[], language: keyof Bilingual) =>
    codes.map((code) => publicTexts[code][language]).join(' ');

  return {
    /** Of a refusal or a hold. */
    async refused(unit: Unit, id: string): Promise<void> {
      const { tx } = unit;
      const row = await tx.gateDecision.findFirst({ where: { id } });
      if (!row) return;
      const since = new Date(row.decidedAt.getTime() - AGAIN_MS);
      const { pointId, card, personId, target } = row;
      const before = await tx.gateDecision.findFirst({
        where: {
          pointId,
          card,
          personId,
          decision: { not: 'allow' },
          id: { lt: id },
          decidedAt: { gt: since },
        },
        select: { id: true },
      });
      if (before) return;
      const kind = row.kind as GateKind;
      const place = await placeOf(tx, kind, target);
      const name = place.name ?? { zh: target, en: target };
      const person = personId ? await tx.person.findFirst({ where: { id: personId } }) : null;
      const who = {
        zh: person ? person.name : `工牌 ${card ?? '—'}`,
        en: person ? person.name : `The card ${card ?? '—'}`,
      };
      const codes = row.codes as PublicCode[];
      const held = row.decision === 'hold';
      await notices.notify(unit, {
        to: await holdersWithin(tx, 'gate:override', place),
        kind: 'gate.refused',
        severity: 'warning',
        title:
          kind === 'start'
            ? {
                zh: `${held ? '开机待确认' : '开机被拒绝'}：${name.zh}`,
                en: `${held ? 'A start waits' : 'A start was refused'}: ${name.en}`,
              }
            : {
                zh: `${held ? '进入待确认' : '进入被拒绝'}：${name.zh}`,
                en: `${held ? 'An entry waits' : 'An entry was refused'}: ${name.en}`,
              },
        body: {
          zh: `${who.zh}：${words(codes, 'zh')}`,
          en: `${who.en}: ${words(codes, 'en')}`,
        },
        link: noticeLink('gate.refused', id),
        subject: { entity: 'gate-decision', id },
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
