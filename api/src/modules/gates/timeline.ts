import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import { formatInstant } from '../../platform/kit/local-time.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { correctedAtSql, decisionsOf } from './corrected.ts';
import { targetJoins, targetName } from './places.ts';
import { ranSeconds, ranUntil } from './ran.ts';
import type { DecisionKind } from './words.ts';

interface Asked {
  kind: DecisionKind;
  decision: 'allow' | 'hold' | 'deny';
  target: string;
  name: Bilingual | null;
  /** When it was corrected that the card was that of another person; null where it was not. */
  correctedAt: string | null;
  /** It names the person. */
  isNamed: boolean;
}
interface Operated {
  machine: string;
  name: Bilingual | null;
  minutes: number | null;
  lost: boolean;
  unheard: boolean;
}

const decisions = {
  allow: { zh: '允许', en: 'allowed' },
  hold: { zh: '暂缓', en: 'held' },
  deny: { zh: '拒绝', en: 'refused' },
} as const;
const tones = { allow: 'ok', hold: 'warn', deny: 'danger' } as const;
const asked = {
  start: { zh: '开机', en: 'Start of' },
  entry: { zh: '进入', en: 'Entry into' },
  exit: { zh: '离开', en: 'Exit from' },
} as const;
/** What is said of a decision by a card that was another person's: of the person whom it names, and of who wore the card. */
const ofAnother = (at: string): Bilingual => ({
  zh: `该卡当时属于他人（${at} 更正）`,
  en: `the card was another person's (corrected on ${at})`,
});
const forAnother = (at: string): Bilingual => ({
  zh: `该卡当时登记在他人名下（${at} 更正）`,
  en: `the card had been entered for another person (corrected on ${at})`,
});
const session = Prisma.sql`g`;
const minutesOf = Prisma.sql`${ranSeconds(session, ranUntil(session))} / 60`;
const plain = (text: string): Bilingual => ({ zh: text, en: text });

/** What points answered the person, without the reasons; and when the person operated which machine. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'gate',
    name: { zh: '开机与门禁', en: 'Starts and doors' },
    permission: 'gate:read',
    feature: 'gates',
    internal: true,
    rows: (people) => Prisma.sql`
      SELECT d.id, d.decided_at AS at, FALSE AS day, jsonb_build_object('kind', d.kind, 'decision', d.decision,
        'target', d.target, 'name', ${targetName}, 'correctedAt', ${correctedAtSql},
        'isNamed', d.person_id = ANY (${[...people]}::text[])) AS data
      FROM ${decisionsOf(Prisma.sql`(${Prisma.join(people)})`)} d ${targetJoins}`,
    show: async (_, rows, timeZone) =>
      rows.map(({ data }) => {
        const { kind, decision, target, name, correctedAt, isNamed } = data as Asked;
        const [what, of] = [asked[kind], name ?? plain(target)];
        const title = { zh: `${what.zh}：${of.zh}`, en: `${what.en} ${of.en}` };
        const answer = decisions[decision];
        if (correctedAt === null) return { title, detail: answer, tone: tones[decision] };
        const mark = (isNamed ? ofAnother : forAnother)(
          formatInstant(new Date(correctedAt), timeZone),
        );
        const detail = { zh: `${answer.zh}；${mark.zh}`, en: `${answer.en}; ${mark.en}` };
        return { title, detail, tone: 'neutral' };
      }),
  },
  {
    kind: 'operation',
    name: { zh: '设备操作', en: 'Machines operated' },
    permission: 'gate:read',
    feature: 'gates',
    internal: true,
    rows: (people) => Prisma.sql`
      SELECT g.id, g.from_at AS at, FALSE AS day, jsonb_build_object('machine', g.machine, 'name', q.name,
        'minutes', CASE WHEN g.until_at IS NOT NULL THEN round(${minutesOf}) END, 'lost', g.lost_at IS NOT NULL,
        'unheard', coalesce(g.ended_by = 'not-heard', FALSE)) AS data
      FROM gate_session g LEFT JOIN equipment q ON q.id = g.machine
      WHERE g.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { machine, name, minutes, lost, unheard } = data as Operated;
        const of = name ?? plain(machine);
        const time =
          minutes === null
            ? { zh: '仍在操作', en: 'goes on' }
            : { zh: `${minutes} 分钟`, en: `${minutes} min` };
        const right = lost
          ? { zh: '，期间失去资格', en: '; the right ended meanwhile' }
          : plain('');
        const end = unheard
          ? {
              zh: `${right.zh}，此后设备无消息（计至最后一次报告）`,
              en: `${right.en}; the machine was not heard of since (counted to its last report)`,
            }
          : right;
        return {
          title: { zh: `操作 ${of.zh}`, en: `Operated ${of.en}` },
          detail: { zh: time.zh + end.zh, en: time.en + end.en },
          tone: lost || unheard ? 'warn' : 'neutral',
        };
      }),
  },
];
