import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
  shifted,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { correctedAtSql } from './corrected.ts';
import { gateReach, targetJoins, targetName } from './places.ts';
import { supersededSql } from './superseded.ts';
import { type DecisionKind, type PublicCode, publicTexts } from './words.ts';

/** What points answered so long before and after the incident belongs to it, ms. */
const BEFORE_MS = 30 * 60_000;
const AFTER_MS = 10 * 60_000;

const answers = {
  allow: { zh: '允许', en: 'allowed' },
  hold: { zh: '暂缓', en: 'held' },
  deny: { zh: '拒绝', en: 'refused' },
} as const;
const titles: Record<DecisionKind, (place: Bilingual, answer: Bilingual) => Bilingual> = {
  start: (place, answer) => ({
    zh: `${place.zh} 开机：${answer.zh}`,
    en: `Start of ${place.en}: ${answer.en}`,
  }),
  entry: (place, answer) => ({
    zh: `进入${place.zh}：${answer.zh}`,
    en: `Entry into ${place.en}: ${answer.en}`,
  }),
  exit: (place, answer) => ({
    zh: `离开${place.zh}：${answer.zh}`,
    en: `Exit from ${place.en}: ${answer.en}`,
  }),
};
const tones = { allow: 'ok', hold: 'warn', deny: 'danger' } as const;

interface Asked {
  id: string;
  kind: DecisionKind;
  target: string;
  name: Bilingual | null;
  at: Date;
  decision: keyof typeof answers;
  codes: PublicCode[];
  person: string | null;
}
interface Ran {
  id: string;
  decision: string;
  machine: string;
  name: Bilingual | null;
  from: Date;
  until: Date | null;
  lostAt: Date | null;
  stopped: boolean;
  unheard: boolean;
  person: string | null;
}

const common = { permission: 'gate:read', feature: 'gates', of: 'place', part: 'during' } as const;
/** The person, where it is the one whom the incident names. Others who were near are not named here. */
const nameOf = (
  id: string | null,
  person: { name: string; ids: readonly string[] } | null,
): Bilingual | null => (id !== null && person?.ids.includes(id) ? plainText(person.name) : null);

export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'gate',
    name: { zh: '门禁与开机许可', en: 'Starts and doors' },
    async read(tx, { areas, startedAt, endedAt, person }, account) {
      if (areas.length === 0) return [];
      const rows = await sqlIn(tx)<Asked>(Prisma.sql`
        SELECT d.id, d.kind, d.target, ${targetName} AS name, d.decided_at AS at, d.decision, d.codes,
          CASE WHEN ${correctedAtSql} IS NULL THEN d.person_id END AS person
        FROM gate_decision d ${targetJoins}
        LEFT JOIN person s ON s.id = d.person_id LEFT JOIN department sd ON sd.id = s.department_id
        WHERE d.decided_at BETWEEN ${shifted(startedAt, -BEFORE_MS)} AND ${shifted(endedAt, AFTER_MS)}
          AND a.id = ANY (${[...areas]}::text[]) AND ${gateReach(account, 'gate:read')}
          AND NOT ${supersededSql(Prisma.sql`d`)}
        -- A busy door has many: the decisions nearest to the start of the incident.
        ORDER BY abs(extract(epoch FROM d.decided_at - ${startedAt})), d.id LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(({ id, kind, target, name, at, decision, codes, person: of }) => {
        const [place, answer] = [name ?? plainText(target), answers[decision]];
        return {
          id,
          at,
          title: titles[kind](place, answer),
          detail: joinTexts([nameOf(of, person), ...codes.map((code) => publicTexts[code])]),
          tone: tones[decision],
          link: `/gates/${id}`,
        };
      });
    },
  },
  {
    ...common,
    kind: 'operation',
    name: { zh: '设备操作', en: 'Machines operated' },
    async read(tx, { areas, startedAt, endedAt, person }, account) {
      if (areas.length === 0) return [];
      const rows = await sqlIn(tx)<Ran>(Prisma.sql`
        SELECT g.id, d.id AS decision, g.machine, ${targetName} AS name, g.from_at AS from, g.until_at AS until,
          g.lost_at AS "lostAt", g.command_id IS NOT NULL AS stopped,
          coalesce(g.ended_by = 'not-heard', FALSE) AS unheard, g.person_id AS person
        FROM gate_session g JOIN gate_decision d ON d.id = g.decision_id ${targetJoins}
        LEFT JOIN person s ON s.id = d.person_id LEFT JOIN department sd ON sd.id = s.department_id
        WHERE a.id = ANY (${[...areas]}::text[]) AND g.from_at <= ${endedAt}
          AND (g.until_at IS NULL OR g.until_at >= ${startedAt}) AND ${gateReach(account, 'gate:read')}
          -- A session of no length was voided, because the point never got the decision: see voidSessions.
          AND g.until_at IS DISTINCT FROM g.from_at AND NOT ${supersededSql(Prisma.sql`d`)}
        ORDER BY g.from_at DESC, g.id DESC LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(
        ({ id, decision, machine, name, from, until, lostAt, stopped, unheard, person: of }) => {
          const place = name ?? plainText(machine);
          return {
            id,
            at: from,
            until,
            title: { zh: `操作 ${place.zh}`, en: `${place.en} was operated` },
            detail: joinTexts([
              nameOf(of, person),
              lostAt && { zh: '期间失去资格', en: 'the right ended meanwhile' },
              unheard
                ? { zh: '设备无消息，计至最后一次报告', en: 'not heard of since its last report' }
                : null,
              stopped ? { zh: '已请求受控停机', en: 'a controlled stop was requested' } : null,
            ]),
            tone: lostAt ? 'warn' : 'neutral',
            link: `/gates/${decision}`,
          };
        },
      );
    },
  },
];
