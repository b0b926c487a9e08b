import type { EdgeFault } from '@anshi/contracts';
import { holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { placeOf } from './places.ts';
import { type DecisionKind, type PublicCode, publicTexts } from './words.ts';

const faultTexts: Readonly<Record<EdgeFault, Bilingual>> = {
  signature: { zh: '许可清单的签名不符。', en: 'The signature of a list of permits is wrong.' },
  'other-key': {
    zh: '许可清单由另一密钥签名。',
    en: 'A list of permits is signed by another key than the pinned one.',
  },
  'other-device': {
    zh: '收到属于其他门禁点的许可清单。',
    en: 'A list of permits is that of another point.',
  },
  replayed: { zh: '收到已过时的许可清单。', en: 'An old list of permits was sent again.' },
  'clock-back': { zh: '网关的时钟被回拨。', en: 'The clock of the gateway was set back.' },
  'other-target': {
    zh: '它在断网时询问了其他设备或区域。',
    en: 'It asked for another machine or area while the API was away.',
  },
  'wrong-secret': {
    zh: '有设备以错误的密钥在网关上询问。',
    en: 'A request with a wrong secret came to the gateway.',
  },
};

export type EdgeTell = ReturnType<typeof createEdgeTell>;

/** Notices about lists of permits and what was decided by them. */
export function createEdgeTell({ notices }: Pick<Platform, 'notices'>) {
  return {
    /** A gateway refused something. @throws Problem `gate.point-unknown`. */
    async fault(unit: Unit, device: string, fault: EdgeFault, at: Date): Promise<void> {
      const { tx } = unit;
      const point = await tx.gatePoint.findFirst({ where: { device } });
      if (!point) throw new Problem('gate.point-unknown');
      await tx.gateEdgeList.updateMany({
        where: { pointId: point.id },
        data: { fault, faultAt: at },
      });
      const name = point.name as Bilingual;
      await notices.notify(unit, {
        to: await holdersWithin(tx, 'gate:manage', { department: null, site: null }),
        kind: 'gate.edge-fault',
        severity: 'warning',
        title: {
          zh: `网关拒绝了请求或许可清单：${name.zh}`,
          en: `A gateway refused a request or a list of permits: ${name.en}`,
        },
        body: {
          zh: `${faultTexts[fault].zh}设备保持关闭。请检查网关与网络。`,
          en: `${faultTexts[fault].en} The machine stays off. Check the gateway and its network.`,
        },
        link: noticeLink('gate.edge-fault', point.id),
        subject: { entity: 'gate-point', id: point.id },
        sameWithinMinutes: 60,
      });
    },

    /** A gateway allowed what the API would have refused at that instant. */
    async late(
      unit: Unit,
      row: {
        id: string;
        kind: DecisionKind;
        target: string;
        card: string | null;
        person: string | null;
      },
      codes: readonly PublicCode[],
    ): Promise<void> {
      const { tx } = unit;
      const place = await placeOf(tx, row.kind, row.target);
      const name = place.name ?? { zh: row.target, en: row.target };
      const person = row.person ? await tx.person.findFirst({ where: { id: row.person } }) : null;
      const who = {
        zh: person ? person.name : `工牌 ${row.card ?? '—'}`,
        en: person ? person.name : `The card ${row.card ?? '—'}`,
      };
      const words = (language: keyof Bilingual) =>
        codes.map((code) => publicTexts[code][language]).join(' ');
      await notices.notify(unit, {
        to: await holdersWithin(tx, 'gate:override', place),
        kind: 'gate.edge-late',
        severity: 'critical',
        title: {
          zh: `断网时被放行，按现有资料应拒绝：${name.zh}`,
          en: `Allowed while the API was away, and to be refused by what is known now: ${name.en}`,
        },
        body: {
          zh: `${who.zh}：${words('zh')}请到现场核实。`,
          en: `${who.en}: ${words('en')} Have it looked at there.`,
        },
        link: noticeLink('gate.edge-late', row.id),
        subject: { entity: 'gate-decision', id: row.id },
      });
    },
  };
}
