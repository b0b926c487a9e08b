import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainEntry,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { whyNone } from './why-none.ts';
import { faultTexts, lightTexts, stateTexts } from './words.ts';

interface Row {
  id: string;
  at: Date;
  line: Bilingual | null;
  device: string | null;
  deviceName: Bilingual | null;
  light: string;
  sound: boolean;
  state: string;
  fault: string | null;
  muted: string[];
  reason: string | null;
}

const tones = {
  done: 'ok',
  failed: 'danger',
  silent: 'danger',
  refused: 'warn',
  'no-device': 'warn',
} as const;
const outputs: Readonly<Record<string, Bilingual>> = {
  light: { zh: '灯光已静音', en: 'the light is muted' },
  sound: { zh: '声音已静音', en: 'the sound is muted' },
};

const common = { part: 'during', feature: 'site-devices', of: 'place' } as const;

/**
 * Each alarm with the line of the plan that decided it, what was to be done, and what was done or why it was not. Of findings
 * without an alarm the reason that is on record, for all who see the finding: a snooze is on its page, too, and the names of
 * lines are for those alone who read the plan.
 */
export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'no-alarm',
    name: { zh: '没有现场报警的发现', en: 'Findings without an alarm on site' },
    permission: 'violation:read',
    async read(tx, { findings, timeZone }, account) {
      const ids = findings.map(({ id }) => id);
      const alarmed = await tx.alarm.findMany({
        where: { violation: { in: ids } },
        select: { violation: true },
        distinct: ['violation'],
      });
      const without = ids.filter((id) => !alarmed.some(({ violation }) => violation === id));
      return whyNone(tx, without, {
        timeZone,
        namesLines: account.permissions.has('command:read'),
      });
    },
  },
  {
    ...common,
    kind: 'alarm',
    name: { zh: '现场报警', en: 'Alarms on site' },
    permission: 'command:read',
    async read(tx, { findings }) {
      const ids = findings.map(({ id }) => id);
      const rows = await sqlIn(tx)<Row>(Prisma.sql`
        SELECT a.id, a.raised_at AS at, l.name AS line, a.device, s.name AS "deviceName", a.light, a.sound, a.state,
          a.fault, a.muted, coalesce(m.reason, z.reason) AS reason
        FROM alarm a LEFT JOIN alarm_line l ON l.id = a.line_id LEFT JOIN site_device s ON s.device = a.device
        LEFT JOIN alarm_mute m ON m.id = a.mute_id LEFT JOIN snooze z ON z.id = a.mute_id
        WHERE a.violation = ANY (${ids}::text[]) ORDER BY a.raised_at, a.id LIMIT ${CHAIN_MOST + 1}`);
      return rows.map((row): ChainEntry => {
        const device = row.deviceName ?? (row.device === null ? null : plainText(row.device));
        return {
          id: row.id,
          at: row.at,
          title: {
            zh: `现场报警${device ? `（${device.zh}）` : ''}：${stateTexts[row.state]?.zh ?? row.state}`,
            en: `Alarm on site${device ? ` (${device.en})` : ''}: ${stateTexts[row.state]?.en ?? row.state}`,
          },
          detail: joinTexts([
            row.line && { zh: `方案条目：${row.line.zh}`, en: `by the plan: ${row.line.en}` },
            row.light === 'off' && row.sound ? null : lightTexts[row.light],
            row.sound ? { zh: '发声', en: 'sound on' } : { zh: '不发声', en: 'no sound' },
            row.fault === null ? null : (faultTexts[row.fault] ?? plainText(row.fault)),
            ...(row.state === 'done' ? row.muted.map((one) => outputs[one]) : []),
            row.reason === null
              ? null
              : { zh: `原因：${row.reason}`, en: `because: ${row.reason}` },
          ]),
          tone: tones[row.state as keyof typeof tones] ?? 'neutral',
          link: `/alarms/${row.id}`,
        };
      });
    },
  },
];
